using System.Globalization;
using System.Text.Json;
using Polly.CircuitBreaker;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Vercel;

/// <summary>Translates what goes wrong on the way to Vercel into errors of the product: the one place that does.</summary>
internal static class VercelErrors
{
    /// <summary>Whether the request is known not to have arrived.</summary>
    public static bool NeverLeft(Exception failure) => failure is BrokenCircuitException or HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    public static RollbackOpsException Unreachable(string title, string detail, Exception inner) => inner is BadAnswerException
        ? new RollbackOpsException(ErrorId.PlatformUnreadable,
            $"Vercel's answer to {title} cannot be used: {detail}.",
            "Try again; if it goes on, look at https://www.vercel-status.com and at what lies between here and the API.",
            title, inner)
        : new RollbackOpsException(ErrorId.PlatformUnavailable,
            $"Vercel does not answer {title}: {detail}",
            "Check the network and https://www.vercel-status.com, then try again.", title, inner);

    public static RollbackOpsException Unknown(string title, string detail, Exception inner) => new(
        ErrorId.OutcomeUnknown,
        $"No whole answer came to {title} ({detail}); whether it was carried out is not known.",
        "Look at Get-DeploymentHistory and at the project on Vercel; then run Resume-Rollback.", title, inner);

    /// <summary>What an answer that is no success means.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="title">What was asked.</param>
    /// <param name="show">Makes foreign text harmless.</param>
    /// <param name="settings">The settings in use.</param>
    /// <param name="clock">The clock.</param>
    public static RollbackOpsException Of(
        PlatformAnswer answer, string title, Func<string, string> show, VercelSettings settings, TimeProvider clock)
    {
        var error = ErrorOf(answer);
        var said = error is null
            ? string.Empty
            : $": {show(error.Message ?? error.Code ?? "no reason")}{(error.Code is null ? "" : $" ({show(error.Code)})")}";
        var status = (int)answer.Status;
        var scope = settings.Team is null ? "the personal scope" : $"the team '{settings.Team}'";
        return status switch
        {
            400 => Make(ErrorId.StepFailed, "turned the request down as malformed",
                "Check platform.vercel in rollback.json with Get-RollbackConfiguration."),
            401 => Make(ErrorId.PlatformUnauthorized, "does not know the token",
                $"Make a new token at https://vercel.com/account/tokens and put it where {settings.Token} points to."),
            402 => Make(ErrorId.PlatformLimit, "does not allow it on this plan",
                "Look at the plan and the billing; on Hobby only the deployment immediately before can be rolled back to."),
            403 when error?.InvalidToken == true => Make(ErrorId.PlatformUnauthorized, "calls the token invalid or expired",
                $"Make a new token at https://vercel.com/account/tokens and put it where {settings.Token} points to."),
            403 => Make(ErrorId.PlatformForbidden, $"does not let this token do it in {scope}",
                "Use a token of the scope that owns the project, set platform.vercel.team, and check the member's role."),
            404 => Make(ErrorId.DeploymentNotFound, $"knows no such thing in {scope}",
                "Check platform.vercel.project and platform.vercel.team, and the id."),
            409 => Make(ErrorId.PlatformBusy, "is busy with another switch of this project",
                "Wait until it is over (Get-DeploymentHistory shows what is live), then plan again."),
            410 => Make(ErrorId.TargetNotEligible, "no longer has the deployment",
                "Choose another one: Get-DeploymentHistory."),
            422 => Make(ErrorId.TargetNotEligible, "cannot switch to the deployment",
                "Choose another one: Get-DeploymentHistory | Where-Object IsCandidate."),
            429 => Make(ErrorId.RateLimited, "turns requests away: too many were made", answer.RetryAfter is { } wait
                ? string.Create(CultureInfo.InvariantCulture, $"Try again after {clock.GetUtcNow() + wait:u}.")
                : "Wait a minute, then try again."),
            >= 300 and < 400 => Make(ErrorId.PlatformUnreadable,
                "redirects; the token is not sent to another address", "Check platform.vercel.api."),
            >= 500 => Make(ErrorId.PlatformUnavailable, "fails",
                "Look at https://www.vercel-status.com, then try again."),
            _ => Make(ErrorId.PlatformUnreadable, "answers what the API does not define",
                "Look at https://www.vercel-status.com, then try again."),
        };

        RollbackOpsException Make(ErrorId id, string what, string next) =>
            new(id, $"Vercel {what} ({title}, status {status}){said}.", next, title) { RetryAfter = answer.RetryAfter };
    }

    private static WireError? ErrorOf(PlatformAnswer answer)
    {
        try
        {
            return answer.Body.Length == 0 ? null : JsonSerializer.Deserialize(answer.Body, VercelJson.Default.WireFailure)?.Error;
        }
        catch (JsonException)
        {
            // A gateway's own page says no more than the status does.
            return null;
        }
    }
}
