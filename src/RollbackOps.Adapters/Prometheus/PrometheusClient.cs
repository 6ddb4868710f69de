using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Polly;
using RollbackOps.Adapters.Probes;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Prometheus;

/// <summary>
/// Talks to the HTTP API of Prometheus, or of what answers like it: one connection pool, one pipeline, one place where
/// failures are translated. Secrets go to the configured address only: no redirect is followed.
/// </summary>
internal sealed class PrometheusClient : IDisposable
{
    private const string Form = "application/x-www-form-urlencoded";

    // The server gives up before we do, and says so.
    private static readonly TimeSpan s_serverTimeout = PlatformPipeline.PerAttempt - TimeSpan.FromSeconds(1);

    private readonly PrometheusSettings _settings;
    private readonly ISecretSource _secrets;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<PlatformAnswer> _pipeline;
    private readonly SemaphoreSlim _resolving = new(1);
    private IReadOnlyDictionary<string, string>? _headers;
    private bool _isGetOnly;

    /// <param name="settings">Where to and as whom.</param>
    /// <param name="secrets">Resolves token and headers, when they are first used.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="handler">What carries the requests; null for the network.</param>
    public PrometheusClient(
        PrometheusSettings settings, ISecretSource secrets, TimeProvider clock, HttpMessageHandler? handler = null)
    {
        _settings = settings;
        _secrets = secrets;
        _clock = clock;
        _http = new HttpClient(handler ?? ServiceHttp.NewHandler(settings.Address)) { Timeout = Timeout.InfiniteTimeSpan };
        _pipeline = PlatformPipeline.Make("Prometheus", clock, text => Tell?.Invoke(Show(text)));
    }

    /// <summary>Told of retries, time-outs and the circuit.</summary>
    public Action<string>? Tell { get; set; }

    /// <summary>The values at every step of a range, its end included.</summary>
    public Task<WireAnswer> QueryRangeAsync(
        string query, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellationToken) => AskAsync(
            "query_range", "matrix", query,
            [("start", Seconds(from)), ("end", Seconds(to)), ("step", Number(step.TotalSeconds))], cancellationToken);

    /// <summary>The values at one moment.</summary>
    public Task<WireAnswer> QueryAsync(string query, DateTimeOffset at, CancellationToken cancellationToken) =>
        AskAsync("query", "vector", query, [("time", Seconds(at))], cancellationToken);

    public void Dispose()
    {
        _http.Dispose();
        _resolving.Dispose();
    }

    private async Task<WireAnswer> AskAsync(
        string path, string type, string query, (string Name, string Value)[] parameters, CancellationToken cancellationToken)
    {
        var form = parameters.Prepend(("query", query)).Append(("timeout", $"{Number(s_serverTimeout.TotalSeconds)}s"))
            .Select(one => KeyValuePair.Create(one.Item1, one.Item2)).ToList();
        WireAnswer? read = null;
        try
        {
            var answer = await _pipeline.SendAsync(
                new PlatformCall($"{path}: {Inert.Line(query)}", IsSafe: true),
                async token =>
                {
                    var given = await SendAsync(path, form, token);
                    read = given.Status == HttpStatusCode.OK ? Parse(given.Body, type) : null;
                    return given;
                },
                cancellationToken);
            return read ?? throw PrometheusErrors.Of(answer, query, Show, _settings);
        }
        catch (Exception failure) when (ServiceHttp.IsTransport(failure, cancellationToken))
        {
            throw PrometheusErrors.Unreachable(_settings, Show(failure.Message), failure);
        }
    }

    /// <summary>By POST, for a query may be long; where something on the way lets only GET through, by that.</summary>
    private async Task<PlatformAnswer> SendAsync(
        string path, IReadOnlyList<KeyValuePair<string, string>> form, CancellationToken cancellationToken)
    {
        while (true)
        {
            var isPost = !_isGetOnly;
            using var message = await MakeAsync(path, form, isPost, cancellationToken);
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (isPost && response.StatusCode == HttpStatusCode.MethodNotAllowed)
            {
                _isGetOnly = true;
                continue;
            }

            return await ServiceHttp.ReadAsync(response, _clock, cancellationToken);
        }
    }

    private async Task<HttpRequestMessage> MakeAsync(
        string path, IReadOnlyList<KeyValuePair<string, string>> form, bool isPost, CancellationToken cancellationToken)
    {
        using var content = new FormUrlEncodedContent(form);
        var text = await content.ReadAsStringAsync(cancellationToken);
        var address = $"{_settings.Address.AbsoluteUri.TrimEnd('/')}/api/v1/{path}";
        var message = new HttpRequestMessage(
            isPost ? HttpMethod.Post : HttpMethod.Get, new Uri(isPost ? address : $"{address}?{text}"));
        foreach (var (name, value) in await HeadersAsync(cancellationToken))
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue("RollbackOps", "1"));
        if (isPost)
        {
            message.Content = new StringContent(text, mediaType: new MediaTypeHeaderValue(Form));
        }

        return message;
    }

    private async Task<IReadOnlyDictionary<string, string>> HeadersAsync(CancellationToken cancellationToken)
    {
        // Queries go out side by side, and a vault is asked once.
        await _resolving.WaitAsync(cancellationToken);
        try
        {
            return _headers ??= await ResolveAsync(cancellationToken);
        }
        finally
        {
            _resolving.Release();
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> ResolveAsync(CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in _settings.Headers)
        {
            headers[name] = await _secrets.ResolveAsync(value, cancellationToken);
        }

        if (_settings.Token is { } token)
        {
            headers["Authorization"] = $"Bearer {await ServiceHttp.TokenAsync(_secrets, token, cancellationToken)}";
        }

        return headers;
    }

    private static WireAnswer Parse(byte[] body, string type)
    {
        try
        {
            var answer = JsonSerializer.Deserialize(body, PrometheusJson.Default.WireAnswer);
            return answer is { Status: "success", Data: { Result: not null } data } && data.ResultType == type
                ? answer
                : throw new BadAnswerException($"the answer holds no {type}");
        }
        catch (JsonException unreadable)
        {
            throw new BadAnswerException($"the answer is not what the API gives: {unreadable.Message}", unreadable);
        }
    }

    private string Show(string text) => new ForeignText(
        [.. (_headers ?? new Dictionary<string, string>()).Values.SelectMany(value => new[] { value, value.Replace("Bearer ", null, StringComparison.Ordinal) })])
        .Show(text, limit: 400);

    private static string Seconds(DateTimeOffset time) => Number(time.ToUnixTimeMilliseconds() / 1000.0);

    private static string Number(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);
}
