namespace RollbackOps.Signals;

/// <summary>Signals that need no statistics (the procedure's immediate list; decisions.md §1).</summary>
public enum HardSignal
{
    /// <summary>The service does not answer, or answers with errors only.</summary>
    ServiceDown,

    /// <summary>The database cannot be reached.</summary>
    DatabaseUnreachable,

    /// <summary>Data are corrupt; a code rollback repairs none.</summary>
    DataCorruption,

    /// <summary>Somebody is, or was, inside.</summary>
    SecurityBreach,

    /// <summary>Users cannot log in or stay logged in.</summary>
    SessionsFailing,

    /// <summary>One feature is broken; a matter to assess, not an immediate rollback.</summary>
    FeatureBroken,
}
