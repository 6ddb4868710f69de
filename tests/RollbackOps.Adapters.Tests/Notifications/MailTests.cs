using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using MimeKit;
using RollbackOps.Adapters.Mail;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Configuration;
using RollbackOps.Notifications;
using RollbackOps.Tests.Child;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace RollbackOps.Adapters.Tests.Notifications;

/// <summary>Mail, in a real SMTP conversation with a server that nobody here wrote.</summary>
public sealed class MailTests : IAsyncLifetime, IDisposable
{
    private const string Password = "smtp-password-0123456789";

    private readonly Store _store = new();
    private readonly Addresses _addresses = new();
    private readonly CancellationTokenSource _ending = new();
    private int _port;
    private Task _serving = Task.CompletedTask;

    public Task InitializeAsync()
    {
        var services = new ServiceProvider();
        services.Add(_store);
        services.Add(new Users());
        services.Add(_addresses);
        do
        {
            // The server wants its port by number; who took it in the meantime is not known, so another is asked for.
            _port = FreePort.Find();
            var server = new SmtpServer.SmtpServer(
                new SmtpServerOptionsBuilder().ServerName("mail.shop.example")
                    .Endpoint(endpoint => endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, _port)).AuthenticationRequired().AllowUnsecureAuthentication())
                    .Build(),
                services);
            _serving = server.StartAsync(_ending.Token);
        }
        while (_serving.IsFaulted);

        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _ending.CancelAsync();
        try
        {
            await _serving;
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    public void Dispose() => _ending.Dispose();

    [Fact]
    public async Task Mail_Sent_ArrivesWithItsNumberAndNothingInItActs()
    {
        using var channel = NewChannel();

        await channel.DeliverAsync(Order(), CancellationToken.None);

        var mail = Assert.Single(_store.Mails);
        Assert.Equal(["ann@shop.example", "bob@shop.example"], mail.To.Mailboxes.Select(mailbox => mailbox.Address).Order());
        Assert.Empty(mail.Bcc);
        Assert.StartsWith("[Critical] ", mail.Subject, StringComparison.Ordinal);
        Assert.Equal("J7", mail.Headers["X-RollbackOps-Message"]);
        Assert.Contains("QUIT", mail.TextBody!, StringComparison.Ordinal);
        Assert.Contains("message J7", mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", mail.TextBody!, StringComparison.Ordinal);
        Assert.IsType<TextPart>(mail.Body);
    }

    [Fact]
    public async Task Mail_Repeated_BearsTheSameIdAndSaysSo()
    {
        using var channel = NewChannel();

        await channel.DeliverAsync(Order(), CancellationToken.None);
        await channel.DeliverAsync(Order() with { Attempt = 2, IsRepeat = true }, CancellationToken.None);

        var mails = _store.Mails.ToList();
        Assert.Equal(mails[0].MessageId, mails[1].MessageId);
        Assert.Equal((null, "2"), (mails[0].Headers["X-RollbackOps-Repeat"], mails[1].Headers["X-RollbackOps-Repeat"]));
        Assert.StartsWith("(repeat 2)", mails[1].Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_WrongPassword_IsToldWithoutIt()
    {
        using var channel = NewChannel(password: "wrong-password-planted");

        var failure = await Assert.ThrowsAsync<DeliveryException>(() => channel.DeliverAsync(Order(), CancellationToken.None));

        Assert.False(failure.MayHaveArrived);
        Assert.Contains("mail.user", failure.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-password-planted", failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(_store.Mails);
    }

    [Fact]
    public async Task Mail_TurnedAway_IsNotThere()
    {
        _store.Answer = SmtpResponse.MailboxUnavailable;
        using var channel = NewChannel();

        var failure = await Assert.ThrowsAsync<DeliveryException>(() => channel.DeliverAsync(Order(), CancellationToken.None));

        Assert.False(failure.MayHaveArrived);
        Assert.Contains("550", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_WithoutStartTls_IsNotToldAnything()
    {
        using var channel = NewChannel(MailEncryption.StartTls);

        var failure = await Assert.ThrowsAsync<DeliveryException>(() => channel.DeliverAsync(Order(), CancellationToken.None));

        Assert.Contains("STARTTLS", failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(_store.Mails);
    }

    [Fact]
    public async Task Server_ThatIsNotThere_WasNotSentTo()
    {
        using var channel = NewChannel(port: FreePort.Find());

        Assert.False((await Assert.ThrowsAsync<DeliveryException>(() => channel.DeliverAsync(Order(), CancellationToken.None))).MayHaveArrived);
    }

    [Fact]
    public async Task Mail_Tried_IsAcceptedAndNothingIsSent()
    {
        using var channel = NewChannel();

        var trial = await channel.TryAsync(CancellationToken.None);

        Assert.True(trial.IsAccepted);
        Assert.Contains("to ann@shop.example, bob@shop.example", trial.Detail, StringComparison.Ordinal);
        Assert.Empty(_store.Mails);
    }

    [Theory]
    [InlineData("bob@shop.example", "550")]
    [InlineData("rollback@shop.example", "550")]
    public async Task Mail_TriedWithAnAddressThatIsRefused_NamesIt(string address, string code)
    {
        _addresses.Refused = address;
        using var channel = NewChannel();

        var trial = await channel.TryAsync(CancellationToken.None);

        Assert.False(trial.IsAccepted);
        Assert.Contains($"{address}: {code}", trial.Detail, StringComparison.Ordinal);
        Assert.Empty(_store.Mails);
    }

    [Fact]
    public async Task Mail_TriedWithAWrongPassword_IsToldWithoutIt()
    {
        using var channel = NewChannel(password: "wrong-password-planted");

        var failure = await Assert.ThrowsAsync<DeliveryException>(() => channel.TryAsync(CancellationToken.None));

        Assert.DoesNotContain("wrong-password-planted", failure.ToString(), StringComparison.Ordinal);
    }

    private static DeliveryOrder Order() => new() { Notification = Hostile.Notification };

    private MailChannel NewChannel(MailEncryption encryption = MailEncryption.None, string password = Password, int port = 0) => new(
        "mail",
        new MailSettings
        {
            Host = "127.0.0.1",
            Port = port == 0 ? _port : port,
            Encryption = encryption,
            User = "ops",
            Password = password,
            From = "rollback@shop.example",
            To = ["ann@shop.example", "bob@shop.example"],
        },
        new NoSecrets(), TimeProvider.System);

    private sealed class Users : IUserAuthenticator
    {
        public Task<bool> AuthenticateAsync(ISessionContext context, string user, string password, CancellationToken cancellationToken) =>
            Task.FromResult((user, password) == ("ops", Password));
    }

    private sealed class Addresses : MailboxFilter
    {
        public string? Refused { get; set; }

        public override Task<bool> CanAcceptFromAsync(ISessionContext context, IMailbox from, int size, CancellationToken cancellationToken) =>
            Task.FromResult($"{from.User}@{from.Host}" != Refused);

        public override Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
            Task.FromResult($"{to.User}@{to.Host}" != Refused);
    }

    private sealed class Store : MessageStore
    {
        public ConcurrentQueue<MimeMessage> Mails { get; } = new();

        public SmtpResponse Answer { get; set; } = SmtpResponse.Ok;

        public override async Task<SmtpResponse> SaveAsync(
            ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            if (Answer == SmtpResponse.Ok)
            {
                using var stream = new MemoryStream(buffer.ToArray());
                Mails.Enqueue(await MimeMessage.LoadAsync(stream, cancellationToken));
            }

            return Answer;
        }
    }
}
