using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using RollbackOps.Configuration;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Probes;

/// <summary>Asks over HTTP: every request on a new connection, past caches, without following redirects (S23).</summary>
internal sealed class HealthProber : IHealthProber
{
    private const int BodyLimit = 1024 * 1024;

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
        catch (HttpRequestException)
        {
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
        var address = new Uri(request.Address, check.Path);
        var timeout = check.Timeout ?? request.Timeout;
        var at = _clock.GetUtcNow();
        var begun = _clock.GetTimestamp();
        var result = new HealthCheckResult
        {
            Name = check.Name,
            Address = address,
            Status = CheckStatus.Failed,
            At = at,
            Duration = TimeSpan.Zero,
            Signal = check.Signal,
            Round = request.Round,
        };
        using var deadline = new CancellationTokenSource(timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var client = NewClient(address);
            using var message = Message(request, check, address);
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = await ReadBodyAsync(response, either.Token);
            return AnswerReader.Read(
                result with { Duration = _clock.GetElapsedTime(begun) }, check, response, body, request.Expected);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return result with
            {
                Duration = timeout,
                Reason = string.Create(CultureInfo.InvariantCulture, $"no whole answer within {timeout.TotalSeconds:0.##} s"),
            };
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or FormatException)
        {
            return result with
            {
                Duration = _clock.GetElapsedTime(begun),
                Reason = Inert.Line(failure.InnerException?.Message ?? failure.Message),
            };
        }
    }

    private static HttpRequestMessage Message(ProbeRequest request, HealthCheckSettings check, Uri address)
    {
        var message = new HttpRequestMessage(new HttpMethod(check.Method), address);
        message.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true, NoStore = true };
        message.Headers.Pragma.Add(new NameValueHeaderValue("no-cache"));
        message.Headers.ConnectionClose = true;
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue("RollbackOps", "probe"));
        if (check.Body is not null)
        {
            message.Content = new StringContent(check.Body, Encoding.UTF8, check.ContentType);
        }

        foreach (var (name, value) in request.Headers.Concat(check.Headers))
        {
            message.Headers.Remove(name);
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    /// <summary>A new handler for each request: a pooled connection may lead to the process of before the switch.</summary>
    private static HttpClient NewClient(Uri address) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        UseProxy = !address.IsLoopback,
        UseCookies = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static async Task<string> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        try
        {
            while (body.Length < BodyLimit && (read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                body.Write(buffer, 0, (int)Math.Min(read, BodyLimit - body.Length));
            }
        }
        catch (Exception failure) when (failure is InvalidDataException or InvalidOperationException)
        {
            // What gzip, deflate and Brotli each throw for bytes that are none of theirs.
            throw new IOException("the body is not what its Content-Encoding says");
        }

        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
    }
}
