using RollbackOps.Redaction;

namespace RollbackOps;

/// <summary>
/// An error of the product's own: a stable id, what failed and why, and what to do next. Every foreign exception
/// is translated into one of these where it enters, and kept as <see cref="Exception.InnerException"/>.
/// </summary>
public sealed class RollbackOpsException : Exception
{
    /// <summary>Makes an error.</summary>
    /// <param name="id">The stable id.</param>
    /// <param name="message">What failed, why, and which value; full sentences.</param>
    /// <param name="nextStep">What to type or do next.</param>
    /// <param name="subject">The object the error is about: a path, an id, a plan.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public RollbackOpsException(
        ErrorId id, string message, string nextStep, object? subject = null, Exception? inner = null)
        : base(Redactor.Default.Redact(Inert.Text(message)), inner)
    {
        Id = id;
        NextStep = Redactor.Default.Redact(Inert.Text(nextStep));
        Subject = subject;
    }

    /// <summary>The stable id.</summary>
    public ErrorId Id { get; }

    /// <summary>What sort of failure it is.</summary>
    public ErrorKind Kind => KindOf(Id);

    /// <summary>What to type or do next.</summary>
    public string NextStep { get; }

    /// <summary>
    /// Whether the effect that the error is about is in place: true when it is all the same (S10), false when it is
    /// proven not to be, null when the world has to be looked at.
    /// </summary>
    internal bool? IsInPlace { get; init; }

    /// <summary>How long the other side wants to be left alone; null where it does not say.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>The object the error is about, or null.</summary>
    public object? Subject { get; }

    /// <summary>The sort of failure that belongs to an id.</summary>
    public static ErrorKind KindOf(ErrorId id) => id switch
    {
        ErrorId.ConfigurationUnreadable or ErrorId.ConfigurationInvalid or ErrorId.DeploymentUnreadable
            or ErrorId.PlanUnreadable or ErrorId.JournalTooNew or ErrorId.MeasurementInvalid
            or ErrorId.CurrentUnknown or ErrorId.DatabaseUnreadable or ErrorId.BackupInvalid
            or ErrorId.LogUnreadable or ErrorId.TemplateInvalid or ErrorId.MetricsUnreadable => ErrorKind.InvalidData,
        ErrorId.ConfigurationNotFound or ErrorId.DeploymentNotFound or ErrorId.LogNotFound or ErrorId.RunbookNotFound or ErrorId.ScenarioNotFound or ErrorId.HistoryEmpty
            or ErrorId.NoEligibleTarget or ErrorId.RollbackNotFound or ErrorId.NothingToUndo
            or ErrorId.BranchNotFound or ErrorId.DatabaseNotConfigured or ErrorId.BackupNotFound
            or ErrorId.MetricsMissing or ErrorId.EvidenceNotFound or ErrorId.NotificationsNotConfigured or ErrorId.ChannelNotFound
            or ErrorId.EscalationNotConfigured or ErrorId.EscalationNotFound => ErrorKind.NotFound,
        ErrorId.ConfigurationExists => ErrorKind.Exists,
        ErrorId.SecretInConfiguration or ErrorId.PlanTampered or ErrorId.JournalEdited
            or ErrorId.DumpRefused or ErrorId.EvidenceCorrupt => ErrorKind.SecurityError,
        ErrorId.PlatformUnsupported or ErrorId.GitUnsuitable or ErrorId.StrategyUnavailable
            or ErrorId.DatabaseUnsuitable or ErrorId.DatabaseToolUnsuitable => ErrorKind.NotSupported,
        ErrorId.SecretUnavailable or ErrorId.ConfigurationUnwritable or ErrorId.PlatformUnreadable or ErrorId.JournalUnreadable
            or ErrorId.JournalUnwritable or ErrorId.ReportUnwritable or ErrorId.StateUnusable
            or ErrorId.RepositoryUnreadable or ErrorId.RunbookUnreadable or ErrorId.RemoteUnreachable or ErrorId.PlatformLimit or ErrorId.RateLimited
            or ErrorId.PlatformUnavailable or ErrorId.DatabaseUnreachable
            or ErrorId.BackupUnreadable or ErrorId.SpaceMissing or ErrorId.MetricsUnavailable
            or ErrorId.EvidenceUnwritable or ErrorId.EvidenceUnavailable or ErrorId.NotificationUndelivered => ErrorKind.ResourceUnavailable,
        ErrorId.MultipleTargets or ErrorId.NoInput or ErrorId.DeserializedInput or ErrorId.InvalidArgument
            or ErrorId.ReasonRequired => ErrorKind.InvalidInput,
        ErrorId.LeaseHeld or ErrorId.LeaseLost or ErrorId.DeploymentInFlight
            or ErrorId.PlatformBusy or ErrorId.DatabaseInUse or ErrorId.EscalationRunning => ErrorKind.Busy,
        ErrorId.ApprovalMissing or ErrorId.CredentialsMissing or ErrorId.PushRefused
            or ErrorId.PlatformUnauthorized or ErrorId.PlatformForbidden
            or ErrorId.DatabaseRightsMissing or ErrorId.MetricsUnauthorized
            or ErrorId.EvidenceDenied => ErrorKind.PermissionDenied,
        ErrorId.OutcomeUnknown => ErrorKind.Timeout,
        ErrorId.ActivationFailed or ErrorId.NotServed or ErrorId.StepFailed
            or ErrorId.VerificationFailed or ErrorId.IdentityUnproven or ErrorId.SigningFailed or ErrorId.SwitchSkipped
            or ErrorId.PartiallyRolledBack or ErrorId.RunFailed or ErrorId.RunCanceled or ErrorId.RunSkipped
            or ErrorId.RunReplaced or ErrorId.QueryFailed or ErrorId.DatabaseCheckFailed or ErrorId.BackupFailed
            or ErrorId.RestoreFailed or ErrorId.ExportFailed or ErrorId.HookFailed or ErrorId.DrillFailed => ErrorKind.OperationFailed,
        _ => ErrorKind.InvalidOperation,
    };
}
