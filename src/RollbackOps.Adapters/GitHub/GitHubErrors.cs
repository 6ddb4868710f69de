using System.Globalization;
using System.Net;
using Octokit;
using Polly.CircuitBreaker;
using Polly.Timeout;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.GitHub;

/// <summary>Translates what goes wrong on the way to GitHub into errors of the product: the one place that does.</summary>
internal static class GitHubErrors
{
    /// <summary>Whether an exception says that no usable answer came.</summary>
    public static bool IsTransport(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        HttpRequestException or IOException or TimeoutRejectedException or BrokenCircuitException or BadAnswerException
            or InvalidDataException => true,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => false,
    };

    /// <summary>Whether the request is known not to have arrived.</summary>
    public static bool NeverLeft(Exception failure) => failure is BrokenCircuitException or HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    /// <summary>No usable answer to a question.</summary>
    public static RollbackOpsException Unreachable(string title, string detail, Exception inner) => inner is BadAnswerException
        ? new RollbackOpsException(ErrorId.PlatformUnreadable,
            $"GitHub's answer to {title} cannot be used: {detail}.",
            "Try again; if it goes on, look at https://www.githubstatus.com and at what lies between here and the API.",
            title, inner)
        : new RollbackOpsException(ErrorId.PlatformUnavailable,
            $"GitHub does not answer {title}: {detail}",
            "Check the network, github.api and https://www.githubstatus.com, then try again.", title, inner);

    /// <summary>No usable answer to a request that changes something (S17).</summary>
    public static RollbackOpsException Unknown(string title, string detail, Exception inner) => new(
        ErrorId.OutcomeUnknown,
        $"No whole answer came to {title} ({detail}); whether it was carried out is not known.",
        "Look at the repository's Actions on GitHub; then run Resume-Rollback.", title, inner);

    /// <summary>What an answer that is no success means.</summary>
    /// <param name="failure">What Octokit made of it.</param>
    /// <param name="title">What was asked.</param>
    /// <param name="scope">The fine-grained permission that it needs.</param>
    /// <param name="isSafe">Whether it changes nothing.</param>
    /// <param name="show">Makes foreign text harmless.</param>
    /// <param name="settings">The settings in use.</param>
    /// <param name="clock">The clock.</param>
    public static RollbackOpsException Of(
        ApiException failure,
        string title,
        string scope,
        bool isSafe,
        Func<string, string> show,
        GitHubSettings settings,
        TimeProvider clock)
    {
        var said = SaidBy(failure, show);
        var status = (int)failure.StatusCode;
        if (WaitOf(failure) is { } wait)
        {
            var until = (clock.GetUtcNow() + wait).ToString("HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
            return Make(ErrorId.RateLimited, "turns requests away for a while",
                $"Wait until {until} ({Math.Ceiling(wait.TotalSeconds):0} s from now), then try again; a token of an app or of another user has limits of its own.");
        }

        return status switch
        {
            >= 300 and < 400 => Make(ErrorId.PlatformUnreadable, "leads elsewhere",
                "The repository may have moved: set github.owner, github.repository and github.api to where it is now."),
            400 or 422 => Make(ErrorId.StepFailed, "turned the request down",
                "Check the github section with Get-RollbackConfiguration: the ref has to exist and hold the workflow, and the inputs have to be those that its workflow_dispatch declares."),
            401 => Make(ErrorId.PlatformUnauthorized, "does not know the token, or it has expired",
                $"Make a new token at https://github.com/settings/personal-access-tokens with '{scope}', and put it where {settings.Token} points to."),
            403 => Make(ErrorId.PlatformForbidden, "does not let this token do it",
                $"The token needs '{scope}'{Accepted(failure)} for this repository (classic: 'repo'); the organization may also have to approve it or want SSO: https://github.com/settings/tokens."),
            404 => Make(ErrorId.DeploymentNotFound, "knows no such thing, or hides it from this token",
                $"Check github.owner, github.repository, the workflow and the id; the token has to see the repository and needs '{scope}'{Accepted(failure)}."),
            409 => Make(ErrorId.PlatformBusy, "says that it conflicts with what goes on",
                "Look at the repository's Actions on GitHub, then try again."),
            _ when !isSafe => Unknown(title, $"GitHub failed with status {status}{said}", failure),
            _ => Make(ErrorId.PlatformUnavailable, "fails",
                "Look at https://www.githubstatus.com, then try again."),
        };

        RollbackOpsException Make(ErrorId id, string what, string next) =>
            new(id, $"GitHub {what}: {title} was answered with {status}{said}.", next, title, failure) { RetryAfter = WaitOf(failure) };
    }

    private static string SaidBy(ApiException failure, Func<string, string> show)
    {
        var details = (failure.ApiError?.Errors ?? [])
            .Select(error => error.Message ?? error.Code)
            .Where(text => !string.IsNullOrWhiteSpace(text));
        var text = string.Join("; ", new[] { failure.ApiError?.Message }.Concat(details).Where(one => !string.IsNullOrWhiteSpace(one)));
        return text.Length == 0 ? string.Empty : $" ({show(text).TrimEnd('.')})";
    }

    /// <summary>What GitHub itself says that would suffice.</summary>
    private static string Accepted(ApiException failure) =>
        HeaderOf(failure, "X-Accepted-GitHub-Permissions") is { Length: > 0 } accepted
            ? $" (GitHub names {Inert.Line(accepted.Length > 200 ? accepted[..200] : accepted)})"
            : string.Empty;

    private static TimeSpan? WaitOf(ApiException failure) =>
        failure.StatusCode == HttpStatusCode.TooManyRequests
            ? TimeSpan.FromSeconds(int.TryParse(HeaderOf(failure, "Retry-After"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 60)
            : null;

    private static string? HeaderOf(ApiException failure, string name) => failure.HttpResponse?.Headers
        .FirstOrDefault(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
}
