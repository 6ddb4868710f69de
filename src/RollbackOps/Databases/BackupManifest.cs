using System.Text.Json.Serialization;

namespace RollbackOps.Databases;

/// <summary>What stands beside a backup: what it is, where it is from, and the hash that proves it whole (S31).</summary>
public sealed record BackupManifest
{
    /// <summary>The newest version of the file that is understood.</summary>
    public const int CurrentVersion = 1;

    [JsonConstructor]
    internal BackupManifest()
    {
    }

    /// <summary>The version of the manifest's form.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The backup's name.</summary>
    public required string Name { get; init; }

    /// <summary>The backup's file name, in the same folder.</summary>
    public required string File { get; init; }

    /// <summary>The file's SHA-256, in hexadecimal; a folder's is that of the list of its files with theirs.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The file's size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>What the file is.</summary>
    public required BackupFormat Format { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The engine's name.</summary>
    public required string Engine { get; init; }

    /// <summary>The machine it was made on.</summary>
    public required string Host { get; init; }

    /// <summary>The database it was made of.</summary>
    public required string Database { get; init; }

    /// <summary>The version of its server.</summary>
    public required string ServerVersion { get; init; }

    /// <summary>The schema's migration level, or null where no migration tool left its table.</summary>
    public string? MigrationLevel { get; init; }

    /// <summary>The rows of every table.</summary>
    public required IReadOnlyDictionary<string, long> Tables { get; init; }

    /// <summary>When it was begun, UTC: writes after this moment are not in it.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was on disk, UTC.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>The versions of what wrote it.</summary>
    public required IReadOnlyDictionary<string, string> Tools { get; init; }
}
