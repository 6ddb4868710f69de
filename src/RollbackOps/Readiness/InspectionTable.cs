using RollbackOps.Readiness.Inspections;

namespace RollbackOps.Readiness;

/// <summary>Every inspection that there is, in the order in which they are shown.</summary>
internal static class InspectionTable
{
    public static IReadOnlyList<IInspection> Of(ReadinessScope scope) =>
    [
        new ConfigurationInspection(scope),
        new SecretInspection(scope),
        .. scope.Services.Select(service => new AccessInspection(scope, service)),
        new CandidateInspection(scope),
        new CandidateAnswerInspection(scope),
        new PreflightInspection(scope),
        new PinInspection(scope),
        new LeaseInspection(scope),
        new LeaseReachInspection(scope),
        new UnfinishedInspection(scope),
        new JournalInspection(scope),
        new KillSwitchInspection(scope),
        new SchemaGateInspection(scope),
        new RestorePreflightInspection(scope),
        new BackupInspection(scope),
        new RecoveryTimeInspection(scope),
        .. scope.Channels.Select(channel => new ChannelInspection(scope, channel)),
        new ContactInspection(scope),
        new EscalationInspection(scope),
        new DrillInspection(scope),
        new ReviewInspection(scope),
        new ToolInspection(scope),
        new ClockInspection(scope),
        new SpaceInspection(scope),
        new RestoreSpaceInspection(scope),
        new ShadowInspection(scope),
    ];
}
