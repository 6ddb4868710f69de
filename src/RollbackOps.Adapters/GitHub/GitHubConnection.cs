using System.Net;
using Octokit;
using Octokit.Internal;
using RollbackOps.Adapters.Probes;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.GitHub;

/// <summary>Makes calls over Octokit, each with the caller's cancellation and its failures translated.</summary>
internal sealed class GitHubConnection : ICredentialStore, IDisposable
{
    private const string Json = "application/vnd.github+json";

    private readonly GitHubSettings _settings;
    private readonly ISecretSource _secrets;
    private readonly TimeProvider _clock;
    private readonly HttpClientAdapter _http;
    private readonly GitHubClient _client;
    private string? _token;

    /// <param name="settings">Where to and as whom.</param>
    /// <param name="secrets">Resolves the token, when it is first used.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="transport">What carries the requests; null for the network.</param>
    public GitHubConnection(
        GitHubSettings settings, ISecretSource secrets, TimeProvider clock, HttpMessageHandler? transport = null)
    {
        _settings = settings;
        _secrets = secrets;
        _clock = clock;
        var api = BaseOf(settings.Api);
        _http = new HttpClientAdapter(() =>
            new GitHubHandler(api, clock, text => Tell?.Invoke(Show(text)), transport ?? GitHubHandler.NewTransport(api)));
        // With a Connection the address stays as it is; the client's own constructor would add /api/v3/ to it.
        _client = new GitHubClient(new Connection(new ProductHeaderValue("RollbackOps", "1"), api, this, _http, new GitHubSerializer()));
    }

    /// <summary>Told of retries, time-outs and the circuit.</summary>
    public Action<string>? Tell { get; set; }

    /// <summary>
    /// The address that paths are added to. GitHub Enterprise Server has its API below <c>/api/v3</c>; GitHub, its
    /// data-residency hosts (<c>api.NAME.ghe.com</c>) and a stand-in on this machine have it at the root.
    /// </summary>
    public static Uri BaseOf(Uri api)
    {
        var isRoot = api.AbsolutePath == "/";
        var isServer = !api.IsLoopback && !api.Host.StartsWith("api.", StringComparison.OrdinalIgnoreCase);
        return new Uri(isRoot && isServer
            ? $"{api.GetLeftPart(UriPartial.Authority)}/api/v3/"
            : api.AbsoluteUri.TrimEnd('/') + "/");
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="path">Below the base address, or a whole address from a link.</param>
    /// <param name="scope">The fine-grained permission that it needs.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<GitHubAnswer<T>> GetAsync<T>(string path, string scope, CancellationToken cancellationToken)
        where T : class
    {
        var response = await CallAsync(HttpMethod.Get, path, scope,
            (connection, address) => connection.Get<T>(address, null, Json, cancellationToken), cancellationToken);
        return new GitHubAnswer<T>(
            response.Body ?? throw Empty(path), response.HttpResponse.StatusCode,
            response.HttpResponse.ApiInfo?.Links.GetValueOrDefault("next"), response.HttpResponse.Headers);
    }

    /// <summary>Reads an answer; null when there is no such thing.</summary>
    public async Task<T?> FindAsync<T>(string path, string scope, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return (await GetAsync<T>(path, scope, cancellationToken)).Value;
        }
        catch (RollbackOpsException missing) when (missing.InnerException is NotFoundException)
        {
            return null;
        }
    }

    /// <summary>Asks for a change.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.OutcomeUnknown"/>: nobody knows whether it arrived (S17).</exception>
    public async Task<(HttpStatusCode Status, T? Value)> PostAsync<T>(
        string path, object? body, string scope, CancellationToken cancellationToken)
        where T : class
    {
        var response = await CallAsync(HttpMethod.Post, path, scope,
            (connection, address) => body is null
                ? connection.Post<T>(address, cancellationToken)
                : connection.Post<T>(
                    address, body, Json, "application/json", (IDictionary<string, string>)new Dictionary<string, string>(), cancellationToken),
            cancellationToken);
        return (response.HttpResponse.StatusCode, response.Body);
    }

    /// <summary>Changes what is there: the same call again leaves the same behind.</summary>
    public async Task<T?> PatchAsync<T>(string path, object body, string scope, CancellationToken cancellationToken)
        where T : class =>
        (await CallAsync(HttpMethod.Patch, path, scope,
            async (connection, address) => await connection.Patch<T>(address, body, Json), cancellationToken)).Body;

    /// <summary>Foreign text without what is secret, cut and inert.</summary>
    public string Show(string text) => new ForeignText(_token is null ? [] : [_token]).Show(text, limit: 400);

    /// <summary>The token, resolved when it is first used.</summary>
    public async Task<Credentials> GetCredentials()
    {
        _token ??= (await _secrets.ResolveAsync(_settings.Token, CancellationToken.None)).Trim();
        return _token.Length > 0 && !_token.Any(char.IsControl)
            ? new Credentials(_token, AuthenticationType.Bearer)
            : throw new RollbackOpsException(ErrorId.SecretUnavailable,
                $"What {_settings.Token} holds is no token: it is empty or has line breaks in it.",
                "Put a GitHub token there, alone.", _settings.Token);
    }

    public void Dispose() => _http.Dispose();

    private async Task<IApiResponse<T>> CallAsync<T>(
        HttpMethod method,
        string path,
        string scope,
        Func<IConnection, Uri, Task<IApiResponse<T>>> call,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        GitHubHandler.LinkTo(cancellationToken);
        var title = $"{method} {(path.Contains("://", StringComparison.Ordinal) ? new Uri(path).AbsolutePath : "/" + path.Split('?')[0])}";
        var isSafe = method == HttpMethod.Get;
        try
        {
            return await call(_client.Connection, new Uri(path, UriKind.RelativeOrAbsolute));
        }
        catch (ApiException failure)
        {
            throw GitHubErrors.Of(failure, title, scope, isSafe, Show, _settings, _clock);
        }
        catch (Exception failure) when (GitHubErrors.IsTransport(failure, cancellationToken))
        {
            throw isSafe || GitHubErrors.NeverLeft(failure)
                ? GitHubErrors.Unreachable(title, Show(failure.Message), failure)
                : GitHubErrors.Unknown(title, Show(failure.Message), failure);
        }
        catch (OperationCanceledException)
        {
            // Whoever's token it was that Octokit linked: it is the caller's wish.
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private static RollbackOpsException Empty(string path) => new(ErrorId.PlatformUnreadable,
        $"GitHub's answer to GET /{path.Split('?')[0]} is empty.", "Try again; check github.api.", path);
}

/// <summary>What was answered.</summary>
/// <param name="Value">The body.</param>
/// <param name="Status">The status.</param>
/// <param name="Next">The next page, or null.</param>
/// <param name="Headers">The headers.</param>
internal sealed record GitHubAnswer<T>(
    T Value, HttpStatusCode Status, Uri? Next, IReadOnlyDictionary<string, string> Headers);
