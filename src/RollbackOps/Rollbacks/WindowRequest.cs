using RollbackOps.Databases;
using RollbackOps.Signals;

namespace RollbackOps.Rollbacks;

/// <summary>What is to be verified in a window, and with what.</summary>
internal sealed record WindowRequest
{
    /// <summary>The rollback, or null for the last one that stands.</summary>
    public string? RollbackId { get; init; }

    public VerificationWindow Window { get; init; }

    /// <summary>Whether to stay until the window is over.</summary>
    public bool Wait { get; init; }

    /// <summary>Measurements that were given; with none, the configured metrics are read.</summary>
    public IReadOnlyList<Measurement> Measurements { get; init; } = [];

    /// <summary>What people say.</summary>
    public IReadOnlyDictionary<HumanItem, bool> Answers { get; init; } = new Dictionary<HumanItem, bool>();

    /// <summary>Asks the database whether it answers; null where none is configured.</summary>
    public Func<CancellationToken, Task<DatabaseCheckResult>>? Database { get; init; }
}
