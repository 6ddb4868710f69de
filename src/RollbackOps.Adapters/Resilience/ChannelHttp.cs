using System.Net;
using Polly;
using RollbackOps.Notifications;

namespace RollbackOps.Adapters.Resilience;

/// <summary>
/// What the channels that speak HTTP have in common: a connection pool, the pipeline of <see cref="PlatformPipeline"/> with its
/// circuit breaker for this endpoint, and what an exchange that failed says about the message.
/// </summary>
internal sealed class ChannelHttp : IDisposable
{
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<PlatformAnswer> _pipeline;
    private readonly TimeProvider _clock;
    private readonly string _name;

    /// <param name="name">The channel's name.</param>
    /// <param name="isHere">Whether it is on this machine.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="handler">What carries the requests; null for the network.</param>
    public ChannelHttp(string name, bool isHere, TimeProvider clock, HttpMessageHandler? handler)
    {
        _name = name;
        _clock = clock;
        _http = new HttpClient(handler ?? ServiceHttp.NewHandler(new Uri(isHere ? "http://127.0.0.1" : "https://elsewhere.invalid")))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("RollbackOps/1");
        _pipeline = PlatformPipeline.Make(name, clock, text => Tell?.Invoke(text));
    }

    /// <summary>Told of retries, time-outs and the circuit.</summary>
    public Action<string>? Tell { get; set; }

    /// <summary>Sends a request, again where that cannot make two of one; gives any whole answer.</summary>
    /// <param name="title">What it is, without a secret.</param>
    /// <param name="make">Makes the request, anew for each attempt.</param>
    /// <param name="isSafe">Whether two of it are as good as one.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DeliveryException">No whole answer came.</exception>
    public async Task<ChannelAnswer> SendAsync(
        string title, Func<HttpRequestMessage> make, bool isSafe, CancellationToken cancellationToken)
    {
        string? kind = null;
        string? scopes = null;
        // Whether a request may have left: a connection that was not made carried none.
        var hasLeft = false;
        try
        {
            var answer = await _pipeline.SendAsync(
                new PlatformCall(title, isSafe),
                async token =>
                {
                    using var request = make();
                    try
                    {
                        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
                        // Turned away before anything was looked at.
                        hasLeft = response.StatusCode != HttpStatusCode.TooManyRequests;
                        kind = response.Content.Headers.ContentType?.MediaType;
                        scopes = response.Headers.TryGetValues("X-OAuth-Scopes", out var granted) ? string.Join(',', granted) : null;
                        return new PlatformAnswer(
                            response.StatusCode, await BoundedBody.ReadAsync(response.Content, token), response.Headers.Date,
                            ServiceHttp.RetryAfterOf(response, _clock));
                    }
                    catch (Exception failure)
                    {
                        hasLeft |= !IsUnconnected(failure);
                        throw;
                    }
                },
                cancellationToken);
            return new ChannelAnswer(answer.Status, answer.Body, kind, answer.RetryAfter) { Scopes = scopes };
        }
        catch (OperationCanceledException) when (!hasLeft)
        {
            throw new DeliveryException($"{_name}: {title}: time was up before anything was sent",
                "Send-RollbackNotification delivers what is queued.");
        }
        catch (Exception failure) when (ServiceHttp.IsTransport(failure, cancellationToken))
        {
            throw new DeliveryException($"{_name}: {title}: {failure.Message}",
                "Look whether the address can be reached from here; Send-RollbackNotification delivers what is queued.", failure)
            {
                MayHaveArrived = hasLeft,
            };
        }
    }

    /// <summary>The failure that an answer's status stands for.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="what">What it is about, in words: what was answered, without a secret.</param>
    /// <param name="nextStep">What to do next.</param>
    public DeliveryException Failure(ChannelAnswer answer, string what, string nextStep) => new(
        $"{_name}: {what} (status {(int)answer.Status})", nextStep)
    {
        // Turned away is not arrived; a server that failed may have taken it first.
        MayHaveArrived = answer.Status >= HttpStatusCode.InternalServerError || answer.Status == HttpStatusCode.RequestTimeout,
        RetryAfter = answer.RetryAfter,
    };

    public void Dispose() => _http.Dispose();

    private static bool IsUnconnected(Exception failure) => failure is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };
}

/// <summary>A whole answer of a channel.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body.</param>
/// <param name="Kind">Its media type, or null.</param>
/// <param name="RetryAfter">How long to wait, where it says so.</param>
internal sealed record ChannelAnswer(HttpStatusCode Status, byte[] Body, string? Kind, TimeSpan? RetryAfter)
{
    /// <summary>What the token may, where the answer says so.</summary>
    public string? Scopes { get; init; }

    /// <summary>Whether it is a 2xx.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>Whether it is a web page: something on the way answered, and not the channel.</summary>
    public bool IsPage => Kind is "text/html" or "application/xhtml+xml";
}
