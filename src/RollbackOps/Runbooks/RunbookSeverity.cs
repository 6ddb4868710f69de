namespace RollbackOps.Runbooks;

/// <summary>How much a finding in a runbook matters.</summary>
public enum RunbookSeverity
{
    /// <summary>Worth knowing.</summary>
    Note,

    /// <summary>It may do harm, or hide that it did nothing.</summary>
    Warning,

    /// <summary>It does not do what a runbook would have it do, or does harm.</summary>
    Error,
}
