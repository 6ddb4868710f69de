namespace RollbackOps.Tests.Errors;

/// <summary>Every error has a kind because somebody chose it, and not because nobody thought of it.</summary>
public sealed class ErrorKindTests
{
    private static readonly Dictionary<ErrorKind, ErrorId[]> s_kinds = new()
    {
        [ErrorKind.InvalidInput] =
        [
            ErrorId.MultipleTargets, ErrorId.NoInput, ErrorId.DeserializedInput, ErrorId.InvalidArgument,
            ErrorId.ReasonRequired,
        ],
        [ErrorKind.NotFound] =
        [
            ErrorId.ConfigurationNotFound, ErrorId.DeploymentNotFound, ErrorId.LogNotFound, ErrorId.RunbookNotFound, ErrorId.ScenarioNotFound, ErrorId.HistoryEmpty,
            ErrorId.NoEligibleTarget, ErrorId.RollbackNotFound, ErrorId.NothingToUndo, ErrorId.BranchNotFound,
            ErrorId.DatabaseNotConfigured, ErrorId.BackupNotFound, ErrorId.MetricsMissing,
            ErrorId.EvidenceNotFound, ErrorId.NotificationsNotConfigured, ErrorId.ChannelNotFound,
            ErrorId.EscalationNotConfigured, ErrorId.EscalationNotFound,
        ],
        [ErrorKind.InvalidData] =
        [
            ErrorId.ConfigurationUnreadable, ErrorId.ConfigurationInvalid, ErrorId.CurrentUnknown,
            ErrorId.DeploymentUnreadable, ErrorId.PlanUnreadable, ErrorId.JournalTooNew, ErrorId.MeasurementInvalid,
            ErrorId.DatabaseUnreadable, ErrorId.BackupInvalid, ErrorId.LogUnreadable, ErrorId.TemplateInvalid,
            ErrorId.MetricsUnreadable,
        ],
        [ErrorKind.InvalidOperation] =
        [
            ErrorId.TargetNotEligible, ErrorId.TargetUnhealthy, ErrorId.TargetUnproven, ErrorId.ChecksNotPassed, ErrorId.Refused, ErrorId.RecentlyRolledBack,
            ErrorId.RollbackUnfinished, ErrorId.WorldChanged, ErrorId.PlanExpired,
            ErrorId.NotFastForward, ErrorId.RepositoryShallow, ErrorId.CommitterMissing, ErrorId.MergeConflict,
            ErrorId.CommitsWouldBeLost, ErrorId.WorkflowUnusable, ErrorId.BackupForeign, ErrorId.EscalationEnded, ErrorId.DrillRefused,
        ],
        [ErrorKind.Busy] =
        [
            ErrorId.LeaseHeld, ErrorId.LeaseLost, ErrorId.DeploymentInFlight, ErrorId.PlatformBusy, ErrorId.DatabaseInUse, ErrorId.EscalationRunning,
        ],
        [ErrorKind.PermissionDenied] =
        [
            ErrorId.ApprovalMissing, ErrorId.CredentialsMissing, ErrorId.PushRefused, ErrorId.PlatformUnauthorized,
            ErrorId.PlatformForbidden, ErrorId.DatabaseRightsMissing, ErrorId.MetricsUnauthorized,
            ErrorId.EvidenceDenied,
        ],
        [ErrorKind.ResourceUnavailable] =
        [
            ErrorId.ConfigurationUnwritable, ErrorId.SecretUnavailable, ErrorId.PlatformUnreadable,
            ErrorId.JournalUnreadable, ErrorId.JournalUnwritable, ErrorId.ReportUnwritable, ErrorId.StateUnusable,
            ErrorId.RepositoryUnreadable, ErrorId.RunbookUnreadable, ErrorId.RemoteUnreachable, ErrorId.PlatformLimit, ErrorId.RateLimited,
            ErrorId.PlatformUnavailable, ErrorId.DatabaseUnreachable, ErrorId.BackupUnreadable,
            ErrorId.SpaceMissing, ErrorId.MetricsUnavailable, ErrorId.EvidenceUnwritable, ErrorId.EvidenceUnavailable, ErrorId.NotificationUndelivered,
        ],
        [ErrorKind.Timeout] = [ErrorId.OutcomeUnknown],
        [ErrorKind.SecurityError] =
        [
            ErrorId.SecretInConfiguration, ErrorId.PlanTampered, ErrorId.JournalEdited, ErrorId.DumpRefused, ErrorId.EvidenceCorrupt,
        ],
        [ErrorKind.Exists] = [ErrorId.ConfigurationExists],
        [ErrorKind.NotSupported] =
        [
            ErrorId.PlatformUnsupported, ErrorId.GitUnsuitable, ErrorId.StrategyUnavailable, ErrorId.DatabaseUnsuitable,
            ErrorId.DatabaseToolUnsuitable,
        ],
        [ErrorKind.OperationFailed] =
        [
            ErrorId.ActivationFailed, ErrorId.NotServed, ErrorId.StepFailed, ErrorId.VerificationFailed,
            ErrorId.IdentityUnproven, ErrorId.SigningFailed, ErrorId.SwitchSkipped, ErrorId.PartiallyRolledBack, ErrorId.RunFailed,
            ErrorId.RunCanceled, ErrorId.RunSkipped, ErrorId.RunReplaced,
            ErrorId.QueryFailed, ErrorId.DatabaseCheckFailed, ErrorId.BackupFailed, ErrorId.RestoreFailed, ErrorId.ExportFailed,
            ErrorId.HookFailed, ErrorId.DrillFailed,
        ],
    };

    public static TheoryData<ErrorId> Ids => [.. Enum.GetValues<ErrorId>()];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Kind_OfEveryId_IsTheTables(ErrorId id)
    {
        var kind = Assert.Single(s_kinds, kind => kind.Value.Contains(id)).Key;

        Assert.Equal(kind, RollbackOpsException.KindOf(id));
    }

    [Fact]
    public void Error_ForeignTextInIt_IsInert()
    {
        var error = new RollbackOpsException(ErrorId.StepFailed, "it said \u001b[2J", "type \u202eno");

        Assert.Equal("it said <U+001B>[2J", error.Message);
        Assert.Equal("type <U+202E>no", error.NextStep);
    }
}
