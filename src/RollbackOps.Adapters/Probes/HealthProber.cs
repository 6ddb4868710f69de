using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using RollbackOps.Configuration;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Probes;

/// <summary>Asks over HTTP: every request on a new connection, past caches, without following redirects (S23).</summary>
internal sealed class HealthProber : IHealthProber
{
    private readonly TimeProvider _clock;

    public HealthProber(TimeProvider clock) => _clock = clock;

    public async Task<IReadOnlyList<HealthCheckResult>> ProbeAsync(
        ProbeRequest request, CancellationToken cancellationToken) =>
        await Task.WhenAll(request.Checks.Select(check => CheckAsync(request, check, cancellationToken)));

    public async Task<bool> AnswersAsync(Uri address, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var client = NewClient(address);
        using var deadline = new CancellationTokenSource(timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return true;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<HealthCheckResult> CheckAsync(
        ProbeRequest request, HealthCheckSettings check, CancellationToken cancellationToken)
    {
        var timeout = check.Timeout ?? request.Timeout;
        var begun = _clock.GetTimestamp();
        var result = new HealthCheckResult
        {
            Name = check.Name,
            Address = request.Address,
            Status = CheckStatus.Failed,
            At = _clock.GetUtcNow(),
            Duration = TimeSpan.Zero,
            Signal = check.Signal,
            Round = request.Round,
        };
        using var deadline = new CancellationTokenSource(timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            // Without the mark against caches: the same check keeps the same address from round to round.
            result = result with { Address = ProbeMessage.AddressOf(request.Address, check.Path) };
            using var message = ProbeMessage.Make(request, check, result.Address, RandomNumberGenerator.GetHexString(16, lowercase: true));
            using var client = NewClient(result.Address);
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = await AnswerBody.ReadAsync(
                response.Content, check.Identity?.Content is null ? AnswerBody.Limit : AnswerBody.FileLimit, either.Token);
            var foreign = new ForeignText(request.Headers.Values.Concat(check.Headers.Values));
            return new AnswerReader(check, response, body, foreign)
                .Read(result with { Duration = _clock.GetElapsedTime(begun) }, request);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return result with
            {
                Duration = timeout,
                Reason = string.Create(CultureInfo.InvariantCulture, $"no whole answer within {timeout.TotalSeconds:0.##} s"),
            };
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var reason = Inert.Line(failure.InnerException?.Message ?? failure.Message);
            var isUnreached = request.IsBehindPlatform && IsUnreached(failure);
            return result with
            {
                Status = isUnreached ? CheckStatus.NotProbed : CheckStatus.Failed,
                Duration = _clock.GetElapsedTime(begun),
                Reason = isUnreached ? $"cannot be reached from here: {reason}" : reason,
            };
        }
        catch (FormatException unusable)
        {
            // The check's fault: it must never count as the service's.
            return result with
            {
                Status = CheckStatus.NotProbed,
                Reason = Inert.Line($"the check cannot be made: {unusable.Message}"),
            };
        }
    }

    /// <summary>Whether there was no connection over which anything could have been asked.</summary>
    private static bool IsUnreached(Exception failure) => failure is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    /// <summary>A new handler for each request: a pooled connection may lead to the process of before the switch.</summary>
    private static HttpClient NewClient(Uri address) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        MaxResponseDrainSize = 0,
        UseProxy = !address.IsLoopback,
        UseCookies = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
