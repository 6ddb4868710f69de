using RollbackOps.Rollbacks;

namespace RollbackOps.Databases;

/// <summary>Content of the journal's record of a backup.</summary>
internal sealed record BackupTakenData
{
    public required BackupManifest Manifest { get; init; }

    public required string Path { get; init; }

    public required string By { get; init; }

    /// <summary>The files of older backups that it took the place of.</summary>
    public IReadOnlyList<string> Deleted { get; init; } = [];
}

/// <summary>Content of the journal's record of a backup's test.</summary>
internal sealed record BackupTestedData
{
    public required BackupTestResult Result { get; init; }

    /// <summary>The hash of the content that was tested; null where there is no manifest.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The size of the file that was tested, in bytes.</summary>
    public required long Size { get; init; }

    public required string By { get; init; }
}

/// <summary>Content of the journal's record of a restore's begin.</summary>
internal sealed record RestoreStartedData
{
    public required DatabaseRestorePlan Plan { get; init; }

    public required string Owner { get; init; }

    public required string Host { get; init; }

    public required int ProcessId { get; init; }

    public required long Token { get; init; }
}

/// <summary>Content of the journal's record of a restore's step.</summary>
internal sealed record RestoreStepData
{
    public required int Step { get; init; }

    public required RestoreStepKind Kind { get; init; }

    public required StepStatus Status { get; init; }

    public string? Detail { get; init; }

    public double DurationMilliseconds { get; init; }

    public ErrorId? Error { get; init; }
}

/// <summary>Content of the journal's record of a restore's end.</summary>
internal sealed record RestoreFinishedData
{
    public required RestoreStatus Status { get; init; }

    public double DurationMilliseconds { get; init; }

    public double? OutageMilliseconds { get; init; }

    public string? Kept { get; init; }

    public IReadOnlyDictionary<string, long>? RowsBefore { get; init; }

    public IReadOnlyDictionary<string, long>? RowsAfter { get; init; }

    public LostChanges? LostChanges { get; init; }

    public ErrorId? Error { get; init; }

    public string? Message { get; init; }

    public string? NextStep { get; init; }

    /// <summary>An end that has a cause.</summary>
    public static RestoreFinishedData Of(RestoreStatus status, RollbackOpsException cause, string message) => new()
    {
        Status = status,
        Error = cause.Id,
        Message = message,
        NextStep = cause.NextStep,
    };
}
