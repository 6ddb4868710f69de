using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Polly;
using RollbackOps.Adapters.Resilience;

namespace RollbackOps.Adapters.GitHub;

/// <summary>
/// What lies between Octokit and the network: the caller's cancellation, which few of Octokit's methods take; the one
/// pipeline (S18); and the guard that the token goes to the API's own address only, whatever a redirect or a link to a
/// next page says.
/// </summary>
internal sealed class GitHubHandler : DelegatingHandler
{
    private static readonly TimeSpan s_secondaryWait = TimeSpan.FromMinutes(1);
    private static readonly AsyncLocal<CancellationToken> s_caller = new();

    private readonly Uri _api;
    private readonly TimeProvider _clock;
    private readonly ResiliencePipeline<PlatformAnswer> _pipeline;

    /// <param name="api">The API's address; requests to any other are refused.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="tell">Told of retries.</param>
    /// <param name="inner">What carries the requests.</param>
    public GitHubHandler(Uri api, TimeProvider clock, Action<string> tell, HttpMessageHandler inner)
        : base(inner)
    {
        _api = api;
        _clock = clock;
        _pipeline = PlatformPipeline.Make("GitHub", clock, tell);
    }

    /// <summary>Whose cancellation counts for the calls made from here on, in this flow.</summary>
    public static void LinkTo(CancellationToken caller) => s_caller.Value = caller;

    /// <summary>What carries requests to the network: certificates verified, proxies honoured, no redirect followed.</summary>
    public static HttpMessageHandler NewTransport(Uri api) => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        UseCookies = false,
        // What is on this machine is not asked through a proxy.
        UseProxy = !api.IsLoopback,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(5),
    };

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        if (Uri.Compare(address, _api, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) != 0)
        {
            throw new RollbackOpsException(ErrorId.PlatformUnreadable,
                $"GitHub's answer leads from {_api.Authority} to {address.Authority}; the token is not sent to another host.",
                "Check github.api in rollback.json, and what lies between here and the API.", address.Authority);
        }

        // A GET's 200 with an empty body has to stay one, a POST's content has to be sent anew: both are held in memory.
        var content = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var isSafe = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(s_caller.Value, cancellationToken);
        HttpResponseMessage? last = null;
        var answer = await _pipeline.SendAsync(
            new PlatformCall($"{request.Method} {address.AbsolutePath}", isSafe),
            async token =>
            {
                using var attempt = Copy(request, content);
                last = await base.SendAsync(attempt, token);
                return await ReadAsync(last, isSafe, token);
            },
            either.Token);
        return Give(last!, answer, request);
    }

    private static HttpRequestMessage Copy(HttpRequestMessage request, byte[]? content)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Version = request.Version };
        foreach (var (name, values) in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        if (content is not null)
        {
            copy.Content = new ByteArrayContent(content);
            foreach (var (name, values) in request.Content!.Headers)
            {
                copy.Content.Headers.TryAddWithoutValidation(name, values);
            }
        }

        return copy;
    }

    private static HttpResponseMessage Give(HttpResponseMessage last, PlatformAnswer answer, HttpRequestMessage request)
    {
        var given = new HttpResponseMessage(answer.Status)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(answer.Body),
        };
        foreach (var (name, values) in last.Headers)
        {
            given.Headers.TryAddWithoutValidation(name, values);
        }

        // The body is whole and unpacked; its length and encoding are no longer those of the answer.
        given.Content.Headers.ContentType = last.Content.Headers.ContentType;
        if (answer.RetryAfter is { } wait)
        {
            given.Headers.RetryAfter = new RetryConditionHeaderValue(wait);
        }

        last.Dispose();
        return given;
    }

    private async Task<PlatformAnswer> ReadAsync(
        HttpResponseMessage response, bool isSafe, CancellationToken cancellationToken)
    {
        var bytes = await BoundedBody.ReadAsync(response.Content, cancellationToken);
        if ((int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is null)
        {
            throw new BadAnswerException($"the answer is a redirect ({(int)response.StatusCode}) that does not say where to");
        }

        if (isSafe && response.StatusCode == HttpStatusCode.OK)
        {
            RequireJson(response.Content.Headers.ContentType, bytes);
        }

        var wait = WaitOf(response, bytes);
        // A rate limit comes as 403 too; for the pipeline it is the same as 429: nothing was looked at.
        return new PlatformAnswer(
            wait is null ? response.StatusCode : HttpStatusCode.TooManyRequests, bytes, response.Headers.Date, wait);
    }

    private static void RequireJson(MediaTypeHeaderValue? type, byte[] body)
    {
        if (type?.MediaType?.EndsWith("json", StringComparison.OrdinalIgnoreCase) != true)
        {
            throw new BadAnswerException($"the answer is {Inert.Line(type?.MediaType ?? "of no kind")}, and no JSON");
        }

        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
            }
        }
        catch (JsonException broken)
        {
            throw new BadAnswerException($"the answer is broken off: {broken.Message}", broken);
        }
    }

    /// <summary>
    /// How long GitHub wants to be left alone, or null. Primary limit: until its reset; secondary: <c>Retry-After</c>,
    /// or a minute.
    /// </summary>
    private TimeSpan? WaitOf(HttpResponseMessage response, byte[] body)
    {
        var now = response.Headers.Date ?? _clock.GetUtcNow();
        var after = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => Positive(date - now),
            _ => (TimeSpan?)null,
        };
        if (response.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests))
        {
            return null;
        }

        if (after is not null)
        {
            return after;
        }

        if (Header(response, "x-ratelimit-remaining") == "0"
            && long.TryParse(Header(response, "x-ratelimit-reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var reset)
            && reset < 253402300800)
        {
            return Positive(DateTimeOffset.FromUnixTimeSeconds(reset) - now);
        }

        var isSecondary = response.StatusCode == HttpStatusCode.TooManyRequests
            || body.AsSpan().IndexOf("secondary rate limit"u8) >= 0 || body.AsSpan().IndexOf("abuse detection"u8) >= 0;
        return isSecondary ? s_secondaryWait : null;
    }

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
