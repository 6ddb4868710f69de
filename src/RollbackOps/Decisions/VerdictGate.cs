namespace RollbackOps.Decisions;

/// <summary>What a verdict lets a rollback do (cmdlets.md, Verdicts).</summary>
internal static class VerdictGate
{
    /// <summary>Whether the verdict asks for no rollback at all; that is an answer, and no error.</summary>
    public static bool IsNotNeeded(RollbackDecision decision, bool isOverridden) =>
        decision.Verdict == Verdict.FixForward && !isOverridden;

    /// <summary>Stops where the verdict does not carry a rollback.</summary>
    /// <param name="decision">The verdict.</param>
    /// <param name="isAsked">Whether a person will be shown it and asked.</param>
    /// <param name="isOverridden">Whether a person overrode it by name.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.Refused"/>.</exception>
    public static void Check(RollbackDecision decision, bool isAsked, bool isOverridden)
    {
        var isCarried = isOverridden || decision.Verdict switch
        {
            Verdict.RollBack => true,
            Verdict.Assess or Verdict.Monitor => isAsked,
            _ => false,
        };
        if (!isCarried)
        {
            throw new RollbackOpsException(ErrorId.Refused,
                $"The verdict is {decision.Verdict} ({decision.Severity}) and does not carry a rollback by itself: {string.Join("; ", decision.Reasons)}.",
                decision.Verdict is Verdict.Assess or Verdict.Monitor
                    ? "Decide yourself: approve it at a prompt, or use -OverrideVerdict -Reason."
                    : "Look at $decision.Evidence; go on against it with -OverrideVerdict -Reason.",
                decision);
        }
    }

    /// <summary>Stops a decision that was made for something else (S4).</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.TargetNotEligible"/>.</exception>
    public static void CheckBelongs(RollbackContext context, string project, string environment, object subject)
    {
        if (project != context.Settings.Project || environment != context.Settings.Environment)
        {
            throw new RollbackOpsException(ErrorId.TargetNotEligible,
                $"This is for {Inert.Line(project)}/{Inert.Line(environment)}, and the configuration in use is for {context.Settings.Project}/{context.Settings.Environment}.",
                "Name the right configuration with -ConfigurationPath or -Environment.", subject);
        }
    }

    /// <summary>The reason that a decision gives a rollback.</summary>
    public static string ReasonOf(RollbackDecision decision) =>
        decision.Reasons.Count == 0 ? decision.Verdict.ToString() : decision.Reasons[0];

    /// <summary>Whether a decision is too old to act on (S2).</summary>
    public static bool IsStale(RollbackContext context, RollbackDecision decision) =>
        (context.Clock.GetUtcNow() - decision.DecidedAt).Duration() > context.Settings.Policy.DecisionMaxAge;
}
