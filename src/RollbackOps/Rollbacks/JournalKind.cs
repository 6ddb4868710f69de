namespace RollbackOps.Rollbacks;

/// <summary>The kinds of journal record.</summary>
public enum JournalKind
{
    /// <summary>A kind this version does not know; kept and counted, never acted on.</summary>
    Unknown,

    /// <summary>A rollback or undo began; holds its whole plan.</summary>
    RollbackStarted,

    /// <summary>A step's effect is about to be brought about.</summary>
    StepIntended,

    /// <summary>A step is done.</summary>
    StepCompleted,

    /// <summary>A step failed.</summary>
    StepFailed,

    /// <summary>Waiting was stopped before a step's outcome was seen.</summary>
    Interrupted,

    /// <summary>A verification of what is served.</summary>
    Verified,

    /// <summary>A rollback or undo came to its end.</summary>
    RollbackFinished,

    /// <summary>An attempt ended before anything was changed: refused, or nothing was to be done (S35).</summary>
    AttemptRefused,

    /// <summary>A deployment was marked.</summary>
    DeploymentMarked,

    /// <summary>A mark was lifted.</summary>
    DeploymentUnmarked,

    /// <summary>A dead holder's lease was taken over.</summary>
    LeaseTakenOver,

    /// <summary>A record cut off while it was written was set aside.</summary>
    TailRecovered,

    /// <summary>A rollback was resumed.</summary>
    Resumed,

    /// <summary>An incident report was written.</summary>
    ReportWritten,

    /// <summary>A strategy changed nothing, and the next one is tried (S21).</summary>
    RungLeft,

    /// <summary>A backup of the database was made.</summary>
    BackupTaken,

    /// <summary>A backup was restored aside and checked.</summary>
    BackupTested,

    /// <summary>A restore of the database, or its undo, began; holds its whole plan.</summary>
    RestoreStarted,

    /// <summary>A step of a restore: begun, done or failed.</summary>
    RestoreStep,

    /// <summary>A restore came to its end.</summary>
    RestoreFinished,

    /// <summary>A window was verified, and people said something of it or it was found that the rollback did not help (S26).</summary>
    WindowVerified,

    /// <summary>The evidence of an incident was saved as an archive.</summary>
    EvidenceSaved,

    /// <summary>People were told of a rollback or restore: the channels took a message of it.</summary>
    TeamTold,

    /// <summary>A watch saw how far a deployment came.</summary>
    WatchNoted,

    /// <summary>A watch came to a serious verdict (P1 or P2) where the one before was none (S27).</summary>
    IncidentOpened,

    /// <summary>The serious verdict holds no longer, or nothing is judged any more; the incident closes some time after (S27).</summary>
    IncidentEased,

    /// <summary>A step of an escalation: begun, somebody called, acknowledged, resolved.</summary>
    EscalationStep,
}
