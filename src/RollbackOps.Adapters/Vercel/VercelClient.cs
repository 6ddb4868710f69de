using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Polly;
using RollbackOps.Adapters.Probes;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Vercel;

/// <summary>
/// Talks to Vercel's REST API: one connection pool, one pipeline, one place where failures are translated. The token
/// goes to the API's own address only: no redirect is followed.
/// </summary>
internal sealed class VercelClient : IDisposable
{
    private readonly VercelSettings _settings;
    private readonly ISecretSource _secrets;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<PlatformAnswer> _pipeline;
    private string? _token;

    /// <param name="settings">Where to and as whom.</param>
    /// <param name="secrets">Resolves the token, when it is first used.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="handler">What carries the requests; null for the network.</param>
    public VercelClient(VercelSettings settings, ISecretSource secrets, TimeProvider clock, HttpMessageHandler? handler = null)
    {
        _settings = settings;
        _secrets = secrets;
        _clock = clock;
        _http = new HttpClient(handler ?? ServiceHttp.NewHandler(settings.Api)) { Timeout = Timeout.InfiniteTimeSpan };
        _pipeline = PlatformPipeline.Make("Vercel", clock, text => Tell?.Invoke(Show(text)));
    }

    /// <summary>Told of retries, time-outs and the circuit.</summary>
    public Action<string>? Tell { get; set; }

    /// <summary>Reads an answer.</summary>
    public async Task<T> GetAsync<T>(string path, Func<VercelJson, JsonTypeInfo<T>> type, CancellationToken cancellationToken)
        where T : class => (await ReadAsync(path, type, cancellationToken)).Value;

    /// <summary>Reads an answer, and when the server gave it by its own clock.</summary>
    /// <exception cref="RollbackOpsException">It cannot be had; the id says why.</exception>
    public async Task<(T Value, DateTimeOffset? At)> ReadAsync<T>(
        string path, Func<VercelJson, JsonTypeInfo<T>> type, CancellationToken cancellationToken)
        where T : class
    {
        T? value = null;
        var asking = SendAsync(HttpMethod.Get, path, content: null, isSafe: true,
            answer => value = IsSuccess(answer) ? Parse(answer.Body, type(VercelJson.Default)) : null, cancellationToken);
        // What is needed to read the answer is made while it is on its way.
        _ = type(VercelJson.Default);
        var answer = await asking;
        return (value ?? throw Failure(answer, HttpMethod.Get, path), answer.At);
    }

    /// <summary>Asks for a change; whatever the status, it is the caller's to read.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.OutcomeUnknown"/>: no answer came, and nobody knows whether the request arrived (S17);
    /// <see cref="ErrorId.PlatformUnavailable"/>: it never left.
    /// </exception>
    public Task<PlatformAnswer> ChangeAsync(
        HttpMethod method, string path, byte[]? json, CancellationToken cancellationToken) =>
        SendAsync(method, path, json, isSafe: false, check: null, cancellationToken);

    /// <summary>Opens an answer that is read as it comes: a log.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(PlatformPipeline.PerAttempt, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            using var message = await MakeAsync(HttpMethod.Get, path, content: null, either.Token);
            response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                throw Failure(await ServiceHttp.ReadAsync(response, _clock, either.Token), HttpMethod.Get, path);
            }
        }
        catch (Exception failure) when (ServiceHttp.IsTransport(failure, cancellationToken))
        {
            response?.Dispose();
            throw VercelErrors.Unreachable(Title(HttpMethod.Get, path), Show(failure.Message), failure);
        }
    }

    /// <summary>What an answer that is no success means.</summary>
    public RollbackOpsException Failure(PlatformAnswer answer, HttpMethod method, string path) =>
        VercelErrors.Of(answer, Title(method, path), Show, _settings, _clock);

    /// <summary>Foreign text without what is secret, cut and inert.</summary>
    public string Show(string text) => new ForeignText(_token is null ? [] : [_token]).Show(text, limit: 400);

    /// <summary>A path with the team it is asked for, and a query.</summary>
    public string At(string path, params (string Name, string? Value)[] query)
    {
        var team = _settings.Team;
        var all = query.Append((team?.StartsWith("team_", StringComparison.Ordinal) == true ? "teamId" : "slug", team));
        var text = string.Join('&', all.Where(one => one.Item2 is not null)
            .Select(one => $"{one.Item1}={Uri.EscapeDataString(one.Item2!)}"));
        return text.Length == 0 ? path : $"{path}?{text}";
    }

    public void Dispose() => _http.Dispose();

    private static bool IsSuccess(PlatformAnswer answer) => (int)answer.Status is >= 200 and < 300;

    private static T Parse<T>(byte[] body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new BadAnswerException("the answer is empty");
        }
        catch (JsonException unreadable)
        {
            throw new BadAnswerException($"the answer is not what the API gives: {unreadable.Message}", unreadable);
        }
    }

    private async Task<PlatformAnswer> SendAsync(
        HttpMethod method,
        string path,
        byte[]? content,
        bool isSafe,
        Action<PlatformAnswer>? check,
        CancellationToken cancellationToken)
    {
        var title = Title(method, path);
        try
        {
            return await _pipeline.SendAsync(
                new PlatformCall(title, isSafe),
                async token =>
                {
                    using var message = await MakeAsync(method, path, content, token);
                    using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, token);
                    if (!isSafe && response.IsSuccessStatusCode)
                    {
                        // Taken. What the body says, and whether it comes whole, changes nothing.
                        return new PlatformAnswer(response.StatusCode, [], response.Headers.Date, RetryAfter: null);
                    }

                    var answer = await ServiceHttp.ReadAsync(response, _clock, token);
                    check?.Invoke(answer);
                    return answer;
                },
                cancellationToken);
        }
        catch (Exception failure) when (ServiceHttp.IsTransport(failure, cancellationToken))
        {
            throw isSafe || VercelErrors.NeverLeft(failure)
                ? VercelErrors.Unreachable(title, Show(failure.Message), failure)
                : VercelErrors.Unknown(title, Show(failure.Message), failure);
        }
    }

    private async Task<HttpRequestMessage> MakeAsync(
        HttpMethod method, string path, byte[]? content, CancellationToken cancellationToken)
    {
        _token ??= await ServiceHttp.TokenAsync(_secrets, _settings.Token, cancellationToken);
        var message = new HttpRequestMessage(method, new Uri(_settings.Api.AbsoluteUri.TrimEnd('/') + path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue("RollbackOps", "1"));
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (content is not null)
        {
            message.Content = new ByteArrayContent(content);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return message;
    }

    private static string Title(HttpMethod method, string path) => $"{method} {path.Split('?')[0]}";
}
