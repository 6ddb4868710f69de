using System.Net;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using RollbackOps.Configuration;
using RollbackOps.Notifications;

namespace RollbackOps.Adapters.Mail;

/// <summary>Mail by SMTP: at least once; a repeat bears the same Message-Id and says that it is one.</summary>
internal sealed class MailChannel : INotificationChannel
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly MailSettings _settings;
    private readonly ISecretSource _secrets;
    private readonly ResiliencePipeline _connecting;

    public MailChannel(string name, MailSettings settings, ISecretSource secrets, TimeProvider clock)
    {
        Name = name;
        (_settings, _secrets) = (settings, secrets);
        // Only what comes before the message: from there on a repeat has to say that it is one.
        _connecting = new ResiliencePipelineBuilder { Name = name, TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<SocketException>().Handle<IOException>().Handle<TimeoutRejectedException>()
                    .Handle<SmtpCommandException>(IsPassing),
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(200),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                OnRetry = retry =>
                {
                    Tell?.Invoke($"{name}: {Inert.Line(retry.Outcome.Exception?.Message)}; once more");
                    return default;
                },
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<SocketException>().Handle<IOException>().Handle<TimeoutRejectedException>(),
                FailureRatio = 0.9,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(3),
            })
            .AddTimeout(s_patience)
            .Build();
    }

    public string Name { get; }

    public ChannelKind Kind => ChannelKind.Mail;

    public string Place => $"mail to {string.Join(", ", _settings.To)} by {_settings.Host}:{_settings.Port}";

    public bool CanRing => false;

    public bool CanReadBack => false;

    public bool IsExactlyOnce => false;

    public Action<string>? Tell { get; set; }

    public bool Takes(Notification notification) => true;

    public async Task<DeliveryReceipt> DeliverAsync(DeliveryOrder order, CancellationToken cancellationToken)
    {
        var password = _settings.Password is { } reference ? await _secrets.ResolveAsync(reference, cancellationToken) : null;
        using var message = MailMessage.Of(order, _settings);
        using var client = await ConnectAsync(static () => new SmtpClient(), password, cancellationToken);
        await SendAsync(client, message, cancellationToken);
        await LeaveAsync(client, cancellationToken);
        return new DeliveryReceipt();
    }

    /// <summary>Signs in, asks whether the server takes this sender and these receivers, and takes the question back.</summary>
    public async Task<ChannelTrial> TryAsync(CancellationToken cancellationToken)
    {
        var password = _settings.Password is { } reference ? await _secrets.ResolveAsync(reference, cancellationToken) : null;
        using var client = await ConnectAsync(static () => new TrialClient(), password, cancellationToken);
        IReadOnlyList<(string Address, SmtpResponse Said)> refused;
        try
        {
            refused = await client.AskAsync(_settings.From, _settings.To, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or SocketException or SmtpProtocolException or ServiceNotConnectedException)
        {
            throw new DeliveryException($"{Name}: the connection ended while the server was asked: {failure.Message}", "Look at what the mail server logs.", failure);
        }

        await LeaveAsync(client, cancellationToken);
        var told = string.Join("; ", refused.Select(one => $"{one.Address}: {(int)one.Said.StatusCode} {Inert.Line(one.Said.Response)}"));
        return refused switch
        {
            [] => new ChannelTrial { IsAccepted = true, Detail = $"{_settings.Host}:{_settings.Port} takes mail from {_settings.From} to {string.Join(", ", _settings.To)}" },
            _ when refused.Any(one => TrialClient.IsForGood(one.Said)) => new ChannelTrial
            {
                IsAccepted = false,
                Detail = $"the mail server refuses {told}",
                NextStep = "Look at notifications.channels[].mail.from and to.",
            },
            _ => new ChannelTrial { IsAccepted = null, Detail = $"the mail server wants to be asked again later: {told}" },
        };
    }

    public Task<NotificationAcknowledgement?> ReadAcknowledgementAsync(
        Notification notification, string? threadReference, DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<NotificationAcknowledgement?>(null);

    public void Dispose()
    {
    }

    private static async Task LeaveAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or SocketException or SmtpProtocolException or SmtpCommandException or ServiceNotConnectedException)
        {
            // It has answered; how the server says goodbye is no matter.
        }
    }

    private async Task<T> ConnectAsync<T>(Func<T> make, string? password, CancellationToken cancellationToken)
        where T : SmtpClient
    {
        try
        {
            return await _connecting.ExecuteAsync(
                async token =>
                {
                    var client = make();
                    client.Timeout = (int)s_patience.TotalMilliseconds;
                    try
                    {
                        await client.ConnectAsync(_settings.Host, _settings.Port, OptionsOf(_settings.Encryption), token);
                        if (_settings.User is { } user)
                        {
                            await client.AuthenticateAsync(new NetworkCredential(user, password), token);
                        }

                        return client;
                    }
                    catch
                    {
                        client.Dispose();
                        throw;
                    }
                },
                cancellationToken);
        }
        catch (Exception failure) when (failure is SocketException or IOException or SmtpCommandException or SmtpProtocolException
            or TimeoutRejectedException or BrokenCircuitException or NotSupportedException or SslHandshakeException
            or System.Security.Authentication.AuthenticationException or MailKit.Security.AuthenticationException)
        {
            throw new DeliveryException($"{Name}: {_settings.Host}:{_settings.Port}: {failure.Message}",
                failure is MailKit.Security.AuthenticationException
                    ? $"Look at notifications.channels[].mail.user and at what {_settings.Password ?? "its password"} holds."
                    : "Look whether the mail server can be reached from here, and how it is encrypted.", failure);
        }
    }

    private async Task SendAsync(SmtpClient client, MimeMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendAsync(message, cancellationToken);
        }
        catch (SmtpCommandException failure)
        {
            // The server's word, whatever it is, says that it did not take it.
            throw new DeliveryException($"{Name}: {(int)failure.StatusCode}: {failure.Message}",
                failure.ErrorCode == SmtpErrorCode.RecipientNotAccepted
                    ? "Look at notifications.channels[].mail.to."
                    : "Look at what the mail server says; Send-RollbackNotification delivers what is queued.", failure);
        }
        catch (Exception failure) when (failure is IOException or SocketException or SmtpProtocolException or ServiceNotConnectedException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new DeliveryException($"{Name}: the connection ended before the server answered: {failure.Message}",
                "Send-RollbackNotification sends it again, and the mail says so.", failure)
            {
                MayHaveArrived = true,
            };
        }
    }

    private static bool IsPassing(SmtpCommandException failure) => (int)failure.StatusCode is >= 400 and < 500;

    private static SecureSocketOptions OptionsOf(MailEncryption encryption) => encryption switch
    {
        MailEncryption.Tls => SecureSocketOptions.SslOnConnect,
        MailEncryption.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };
}
