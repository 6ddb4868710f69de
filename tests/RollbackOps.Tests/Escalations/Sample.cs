using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Tests.Escalations;

/// <summary>A rollback's plan as a journal holds it.</summary>
internal static class Sample
{
    public static RollbackStartedData Started(string id, bool isAutomatic, DateTimeOffset at) => new()
    {
        Plan = new RollbackPlan
        {
            Id = id,
            Project = "shop",
            Environment = "production",
            Platform = "fake",
            Strategy = "Instant",
            CreatedAt = at,
            ExpiresAt = at.AddMinutes(10),
            By = "Dan",
            From = Of("v3"),
            Target = Of("v2"),
            TargetChoice = "the newest that was healthy",
            Reason = "errors",
            Steps = [],
            Difference = new PlanDifference { Age = TimeSpan.FromHours(1), NotTakenBack = [] },
            SchemaGate = new SchemaGate { Status = SchemaGateStatus.NotApplicable, Detail = "no database" },
            TargetProbe = new TargetProbe { Status = RollbackOps.Signals.CheckStatus.Passed, Detail = "it answers" },
            Warnings = [],
            Overrides = [],
            JournalNumber = 0,
            IsAutomatic = isAutomatic,
        },
        Owner = "Dan",
        Host = "here",
        ProcessId = 1,
        Token = 1,
    };

    private static Deployment Of(string id) => new() { Id = id, Project = "shop", Environment = "production", Platform = "fake", State = DeploymentState.Ready, CreatedAt = DateTimeOffset.UnixEpoch };
}
