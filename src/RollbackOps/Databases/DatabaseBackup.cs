using System.Text.Json.Serialization;

namespace RollbackOps.Databases;

/// <summary>What is known of a backup's worth.</summary>
public enum BackupStatus
{
    /// <summary>It has no manifest: nothing says what it is and whether it is whole.</summary>
    Unverified,

    /// <summary>It has a manifest, and was never restored.</summary>
    Untested,

    /// <summary>It was restored aside, and every check passed.</summary>
    Tested,

    /// <summary>It was restored aside, or that was tried, and it failed.</summary>
    Failed,

    /// <summary>Its manifest or file is not what was written.</summary>
    Damaged,
}

/// <summary>A backup of the database.</summary>
public sealed record DatabaseBackup
{
    [JsonConstructor]
    internal DatabaseBackup()
    {
    }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The file or folder, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>When it was made, UTC: writes after that moment are not in it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How old it was when it was listed.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>Its size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>What it is.</summary>
    public required BackupFormat Format { get; init; }

    /// <summary>What is known of its worth.</summary>
    public required BackupStatus Status { get; init; }

    /// <summary>When it was last restored aside and checked, UTC; null for never.</summary>
    public DateTimeOffset? TestedAt { get; init; }

    /// <summary>How that came out, in a sentence; or what is wrong with it at first sight.</summary>
    public string? Detail { get; init; }

    /// <summary>How long restoring and checking it took then: the recovery time one can promise.</summary>
    public TimeSpan? RestoreTime { get; init; }

    /// <summary>Its manifest, or null.</summary>
    public BackupManifest? Manifest { get; init; }

    /// <summary>The backup in one line.</summary>
    public override string ToString() => $"{Name} ({Status}, {CreatedAt:u})";

    internal BackupSource ToSource() => new(Name, Path, Format, Manifest?.Sha256);
}
