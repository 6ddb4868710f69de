namespace RollbackOps.Rollbacks;

/// <summary>What an entry of the rollback log tells of.</summary>
public enum RollbackLogKind
{
    /// <summary>A rollback of a deployment, or its undo.</summary>
    Rollback,

    /// <summary>A restore of the database, or its undo.</summary>
    Restore,
}
