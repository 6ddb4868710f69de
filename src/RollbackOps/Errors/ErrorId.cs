namespace RollbackOps;

/// <summary>
/// The stable identity of an error. Scripts may branch on it; a name, once released, keeps its meaning.
/// </summary>
public enum ErrorId
{
    /// <summary>The configuration file cannot be read as JSON.</summary>
    ConfigurationUnreadable,

    /// <summary>A property of the configuration is unknown, ill-typed or out of range.</summary>
    ConfigurationInvalid,

    /// <summary>No configuration file and no release directory was found.</summary>
    ConfigurationNotFound,

    /// <summary>The configuration file to write exists already.</summary>
    ConfigurationExists,

    /// <summary>The configuration file cannot be written.</summary>
    ConfigurationUnwritable,

    /// <summary>A secret stands literally in the configuration.</summary>
    SecretInConfiguration,

    /// <summary>A referenced secret cannot be read.</summary>
    SecretUnavailable,

    /// <summary>The operating system lacks what the platform needs.</summary>
    PlatformUnsupported,

    /// <summary>The platform cannot be read: a folder or service is missing or refuses.</summary>
    PlatformUnreadable,

    /// <summary>The platform does not know the token, or it has expired.</summary>
    PlatformUnauthorized,

    /// <summary>The token may not do this, or the team needs a login of another kind.</summary>
    PlatformForbidden,

    /// <summary>The platform's plan or billing does not allow it.</summary>
    PlatformLimit,

    /// <summary>The platform is busy with another switch of this project.</summary>
    PlatformBusy,

    /// <summary>The platform turns requests away for a while: too many were made.</summary>
    RateLimited,

    /// <summary>The platform cannot be reached or fails.</summary>
    PlatformUnavailable,

    /// <summary>The platform took the switch and then skipped it.</summary>
    SwitchSkipped,

    /// <summary>Some production aliases lead to the target and some do not (S19).</summary>
    PartiallyRolledBack,

    /// <summary>What is live cannot be told: the current link is missing or leads nowhere.</summary>
    CurrentUnknown,

    /// <summary>A deployment's metadata cannot be read.</summary>
    DeploymentUnreadable,

    /// <summary>No deployment has that id.</summary>
    DeploymentNotFound,

    /// <summary>The platform keeps no log of that deployment.</summary>
    LogNotFound,

    /// <summary>There is no deployment at all.</summary>
    HistoryEmpty,

    /// <summary>No earlier deployment may be chosen automatically (S1).</summary>
    NoEligibleTarget,

    /// <summary>The named target may not be activated (S4, S5).</summary>
    TargetNotEligible,

    /// <summary>The target failed its own probe (S6).</summary>
    TargetUnhealthy,

    /// <summary>Nothing shows that the target chosen automatically works: unknown health and no passed probe (S1).</summary>
    TargetUnproven,

    /// <summary>More than one target reached a cmdlet that acts on one.</summary>
    MultipleTargets,

    /// <summary>Pipeline input was expected and none came.</summary>
    NoInput,

    /// <summary>An object arrived deserialized from another process and does not bind.</summary>
    DeserializedInput,

    /// <summary>A parameter is missing, malformed or contradicts another.</summary>
    InvalidArgument,

    /// <summary>An override needs a reason (S37).</summary>
    ReasonRequired,

    /// <summary>The verdict does not support a rollback and was not overridden.</summary>
    Refused,

    /// <summary>A rollback ran a moment ago (S2).</summary>
    RecentlyRolledBack,

    /// <summary>An earlier rollback was cut off and is to be resumed first.</summary>
    RollbackUnfinished,

    /// <summary>Another rollback holds the lease (S8).</summary>
    LeaseHeld,

    /// <summary>The lease was lost to another holder while working (S8).</summary>
    LeaseLost,

    /// <summary>A deployment is in flight (S9).</summary>
    DeploymentInFlight,

    /// <summary>The tests did not pass for the target's commit, as far as is known.</summary>
    ChecksNotPassed,

    /// <summary>What is live is not what the plan saw (S10).</summary>
    WorldChanged,

    /// <summary>The plan is too old (S14).</summary>
    PlanExpired,

    /// <summary>The plan's content does not match its hash (S14).</summary>
    PlanTampered,

    /// <summary>The plan file cannot be read.</summary>
    PlanUnreadable,

    /// <summary>Somebody would have to approve, and nobody can be asked (S38).</summary>
    ApprovalMissing,

    /// <summary>A command of the configuration failed.</summary>
    ActivationFailed,

    /// <summary>The switch was made, but the target is not what is served.</summary>
    NotServed,

    /// <summary>A step failed.</summary>
    StepFailed,

    /// <summary>A step's outcome is unknown (S17).</summary>
    OutcomeUnknown,

    /// <summary>Verification after the switch failed (S23).</summary>
    VerificationFailed,

    /// <summary>The served version cannot be identified (S23).</summary>
    IdentityUnproven,

    /// <summary>There is no rollback to resume, undo or test.</summary>
    RollbackNotFound,

    /// <summary>There is nothing to undo.</summary>
    NothingToUndo,

    /// <summary>The journal cannot be read.</summary>
    JournalUnreadable,

    /// <summary>The journal cannot be written; nothing was done without a record.</summary>
    JournalUnwritable,

    /// <summary>The journal was written by a newer version.</summary>
    JournalTooNew,

    /// <summary>A record of the journal was changed after it was written.</summary>
    JournalEdited,

    /// <summary>A report cannot be written.</summary>
    ReportUnwritable,

    /// <summary>A template of the user's own cannot be read or rendered.</summary>
    TemplateInvalid,

    /// <summary>The local state folder cannot be used.</summary>
    StateUnusable,

    /// <summary>The repository cannot be read.</summary>
    RepositoryUnreadable,

    /// <summary>The strategy that was asked for is not set up.</summary>
    StrategyUnavailable,

    /// <summary>The git program is missing, or too old for what is asked of it.</summary>
    GitUnsuitable,

    /// <summary>The remote cannot be reached, or is no repository.</summary>
    RemoteUnreachable,

    /// <summary>The remote wants credentials that are missing or do not suffice.</summary>
    CredentialsMissing,

    /// <summary>The remote or a hook refuses the push: a protected branch, a policy (S22).</summary>
    PushRefused,

    /// <summary>The remote takes only pushes that add to a branch.</summary>
    NotFastForward,

    /// <summary>The remote has no such branch.</summary>
    BranchNotFound,

    /// <summary>The repository holds too little of its history.</summary>
    RepositoryShallow,

    /// <summary>Git does not know whose name and address a commit carries.</summary>
    CommitterMissing,

    /// <summary>A commit or tag has to be signed and cannot be.</summary>
    SigningFailed,

    /// <summary>Two branches cannot be merged without a person.</summary>
    MergeConflict,

    /// <summary>Commits that exist nowhere else would be dropped (S22).</summary>
    CommitsWouldBeLost,

    /// <summary>The workflow is missing, disabled, or cannot be started as it is configured.</summary>
    WorkflowUnusable,

    /// <summary>The workflow's run failed.</summary>
    RunFailed,

    /// <summary>The workflow's run was cancelled.</summary>
    RunCanceled,

    /// <summary>The workflow's run was skipped: it did nothing.</summary>
    RunSkipped,

    /// <summary>A newer run of the same concurrency group took the run's place before it began.</summary>
    RunReplaced,

    /// <summary>The configuration names no database.</summary>
    DatabaseNotConfigured,

    /// <summary>The database does not answer, or is not there.</summary>
    DatabaseUnreachable,

    /// <summary>The database's content cannot be read: it is damaged, encrypted, or none.</summary>
    DatabaseUnreadable,

    /// <summary>A query of the configuration cannot be run.</summary>
    QueryFailed,

    /// <summary>A check of the database failed.</summary>
    DatabaseCheckFailed,

    /// <summary>A backup could not be made; what was begun is gone.</summary>
    BackupFailed,

    /// <summary>No backup has that name, or is that old.</summary>
    BackupNotFound,

    /// <summary>The folder of backups, or one in it, cannot be read.</summary>
    BackupUnreadable,

    /// <summary>The backup is not what was written, is cut off, or of no format known here (S31).</summary>
    BackupInvalid,

    /// <summary>A plain SQL dump holds a statement that could reach beyond the side database (S31).</summary>
    DumpRefused,

    /// <summary>A backup could not be restored aside; the live database is as it was.</summary>
    RestoreFailed,

    /// <summary>The database has something that a swap would break or lose (S30).</summary>
    DatabaseUnsuitable,

    /// <summary>The user lacks rights that a backup or a swap takes.</summary>
    DatabaseRightsMissing,

    /// <summary>A program of the database is missing, or older than its server.</summary>
    DatabaseToolUnsuitable,

    /// <summary>The backup is of another database (S31).</summary>
    BackupForeign,

    /// <summary>The volume has not the space that a restore needs.</summary>
    SpaceMissing,

    /// <summary>Somebody has the database open, or that cannot be ruled out (S30).</summary>
    DatabaseInUse,

    /// <summary>The writes that a swap left behind cannot be exported; the kept database holds them.</summary>
    ExportFailed,

    /// <summary>A command that stops, starts or tries the services failed or took too long.</summary>
    HookFailed,

    /// <summary>An archive of evidence cannot be written: no space, or no rights.</summary>
    EvidenceUnwritable,

    /// <summary>The evidence store does not let us in.</summary>
    EvidenceDenied,

    /// <summary>There is no such evidence store, or no such archive.</summary>
    EvidenceNotFound,

    /// <summary>The evidence store cannot be reached or fails; an upload that was cut off can go on.</summary>
    EvidenceUnavailable,

    /// <summary>What the evidence store holds is not what was saved.</summary>
    EvidenceCorrupt,

    /// <summary>A measurement or probe cannot be used for a verdict.</summary>
    MeasurementInvalid,

    /// <summary>Too many lines of a log cannot be read (S32).</summary>
    LogUnreadable,

    /// <summary>A drill is pointed at something else than a folder of its own (S41).</summary>
    DrillRefused,

    /// <summary>A drill is failed: a mark was missed, or something failed it at once.</summary>
    DrillFailed,

    /// <summary>No drill scenario has that name, or the folder holds none.</summary>
    ScenarioNotFound,

    /// <summary>No file of that name holds a runbook.</summary>
    RunbookNotFound,

    /// <summary>A runbook cannot be read, or is too large to be one.</summary>
    RunbookUnreadable,

    /// <summary>The server of metrics cannot be reached or fails.</summary>
    MetricsUnavailable,

    /// <summary>The server of metrics does not let us in.</summary>
    MetricsUnauthorized,

    /// <summary>The server of metrics turns a query down, or its answer cannot be used.</summary>
    MetricsUnreadable,

    /// <summary>The server of metrics holds no such series; missing data are no zero (S32).</summary>
    MetricsMissing,

    /// <summary>No channel to people is configured.</summary>
    NotificationsNotConfigured,

    /// <summary>No channel to people has that name.</summary>
    ChannelNotFound,

    /// <summary>A message to people did not arrive; it is queued, or will never be taken.</summary>
    NotificationUndelivered,

    /// <summary>The configuration names nobody who could be called.</summary>
    EscalationNotConfigured,

    /// <summary>No escalation has that id, or none is open.</summary>
    EscalationNotFound,

    /// <summary>The escalation is over: nobody is called for it any more.</summary>
    EscalationEnded,

    /// <summary>Another process runs the escalation.</summary>
    EscalationRunning,
}
