using RollbackOps.Databases;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>A project with a database of its own, whatever the engine.</summary>
internal interface IDatabaseWorld
{
    /// <summary>Its folder.</summary>
    string Root { get; }

    /// <summary>Is called at each progress of a restore.</summary>
    Action<RollbackProgress>? Told { get; set; }

    /// <summary>Plans a restore and carries it out.</summary>
    Task<DatabaseRestoreResult> RestoreAsync(
        DatabaseBackup backup, Func<RestoreRequest, RestoreRequest>? change = null, CancellationToken cancellationToken = default);
}
