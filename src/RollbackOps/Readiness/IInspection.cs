namespace RollbackOps.Readiness;

/// <summary>
/// Finds out how it stands with one thing that a rollback will need. It reads, and nothing else: it takes no lease, writes no
/// record and rings nobody.
/// </summary>
internal interface IInspection
{
    /// <summary>Its name: small letters and dashes.</summary>
    string Name { get; }

    /// <summary>What part of a rollback it is about.</summary>
    ReadinessArea Area { get; }

    /// <summary>What has to be found.</summary>
    string Expected { get; }

    /// <summary>Looks.</summary>
    /// <exception cref="RollbackOpsException">It cannot be told, or is known to fail: <see cref="ReadinessFinding.Of"/> tells which.</exception>
    Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken);
}
