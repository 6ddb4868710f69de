namespace RollbackOps.Databases;

/// <summary>The manifest of an export of lost writes: what lies beside it, and what it is of.</summary>
internal sealed record LostChangesManifest
{
    /// <summary>The version that is written.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The manifest's file name.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The version of this form.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The database's engine.</summary>
    public required string Engine { get; init; }

    /// <summary>The database whose writes these are.</summary>
    public required string Database { get; init; }

    /// <summary>The backup that it was compared with.</summary>
    public required string Backup { get; init; }

    /// <summary>The backup's SHA-256; null where it has no manifest.</summary>
    public string? BackupSha256 { get; init; }

    /// <summary>When it was exported, UTC.</summary>
    public required DateTimeOffset ExportedAt { get; init; }

    /// <summary>The script that makes a restore of the backup what the database was.</summary>
    public required string Script { get; init; }

    /// <summary>Its SHA-256, in hexadecimal.</summary>
    public required string ScriptSha256 { get; init; }

    /// <summary>The tables that differ.</summary>
    public required IReadOnlyList<TableChanges> Tables { get; init; }

    /// <summary>The large objects that differ, or null.</summary>
    public TableChanges? LargeObjects { get; init; }

    /// <summary>What a person should know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
