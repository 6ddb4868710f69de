using System.Text.Json.Serialization;

namespace RollbackOps.Databases;

/// <summary>How restoring a backup aside came out.</summary>
public sealed record BackupTestResult
{
    [JsonConstructor]
    internal BackupTestResult()
    {
    }

    /// <summary>The backup's name.</summary>
    public required string Backup { get; init; }

    /// <summary>Its file, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>Whether it could be restored and every check passed.</summary>
    public required bool IsPassed { get; init; }

    /// <summary>When it was tested, UTC.</summary>
    public required DateTimeOffset TestedAt { get; init; }

    /// <summary>How long restoring took.</summary>
    public required TimeSpan RestoreTime { get; init; }

    /// <summary>How long the checks took.</summary>
    public required TimeSpan CheckTime { get; init; }

    /// <summary>The size of what was restored, in bytes.</summary>
    public required long RestoredSize { get; init; }

    /// <summary>The checks of what was restored.</summary>
    public IReadOnlyList<DatabaseCheckResult> Checks { get; init; } = [];

    /// <summary>The error that it could not be restored for, or null.</summary>
    public ErrorId? Error { get; init; }

    /// <summary>How it came out, in a sentence.</summary>
    public required string Detail { get; init; }

    /// <summary>The outcome in one line.</summary>
    public override string ToString() => $"{Backup}: {Detail}";
}
