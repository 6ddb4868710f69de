using System.Text.Json.Serialization;
using RollbackOps.Databases;

namespace RollbackOps.Incidents;

/// <summary>What an incident report says of the database.</summary>
public sealed record DatabaseSection
{
    [JsonConstructor]
    internal DatabaseSection()
    {
    }

    /// <summary>The restores, oldest first, as the journal tells them: failed, refused and interrupted ones too (S39).</summary>
    public IReadOnlyList<DatabaseRestoreResult> Restores { get; init; } = [];

    /// <summary>The backups that were restored aside and checked.</summary>
    public IReadOnlyList<BackupTestResult> BackupTests { get; init; } = [];

    /// <summary>The checks of the database that were made.</summary>
    public IReadOnlyList<DatabaseCheckResult> Checks { get; init; } = [];

    /// <summary>How much it holds.</summary>
    public override string ToString() =>
        $"{Restores.Count} restores, {BackupTests.Count} tested backups, {Checks.Count} checks";

    internal DatabaseRestoreResult? Last => Restores.Count == 0 ? null : Restores[^1];

    internal bool IsEmpty => Restores.Count + BackupTests.Count + Checks.Count == 0;

    internal static DatabaseSection Empty { get; } = new();

    /// <summary>The same, with what the journal knows by now of each restore.</summary>
    internal DatabaseSection ReadBack(RestoreLedger ledger) => this with
    {
        Restores = [.. Restores.Select(restore => restore.RestoreId is { } id ? ledger.Find(id)?.ToResult() ?? restore : restore)],
    };
}
