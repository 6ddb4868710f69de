namespace RollbackOps.Rollbacks;

/// <summary>What a verification says of the rollback as a whole (S19, S23).</summary>
internal static class RollbackOutcome
{
    /// <summary>The status, and where it is not good news the error, the message and the next step.</summary>
    public static (RollbackStatus Status, ErrorId? Error, string? Message, string? NextStep) Of(
        VerificationResult verification) => verification switch
        {
            { Identity: ServedIdentity.Partial } => (
                RollbackStatus.PartiallyRolledBack, ErrorId.NotServed,
                $"Some addresses serve {verification.DeploymentId} and some do not: {Failures(verification)}.",
                "Look at the addresses named; run Resume-Rollback when they are mended."),
            { Identity: ServedIdentity.Other } => (
                RollbackStatus.NotServed, ErrorId.NotServed,
                $"Another version than {verification.DeploymentId} is served: {Failures(verification)}.",
                "Look at what starts the service, then run Resume-Rollback."),
            { Status: VerificationStatus.Failed } => (
                RollbackStatus.Unhealthy, ErrorId.VerificationFailed,
                $"{verification.DeploymentId} is served, but not healthy: {Failures(verification)}.",
                "Look at Test-DeploymentHealth; go further back with Invoke-Rollback -Further, or Undo-Rollback."),
            { Identity: ServedIdentity.Unproven } => (
                RollbackStatus.IdentityUnproven, ErrorId.IdentityUnproven,
                $"Nothing seen from outside proves that {verification.DeploymentId} is what answers.",
                "Let a health check state the version, or compare a build file: health.checks[].identity in rollback.json."),
            _ => (RollbackStatus.Succeeded, null, null, null),
        };

    private static string Failures(VerificationResult verification) => string.Join("; ", verification.Checks
        .Where(check => check.Status == VerificationStatus.Failed)
        .Select(check => $"{check.Name}: {check.Detail}"));
}
