using System.Text.Json.Serialization;
using RollbackOps.Decisions;
using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>Content of <see cref="JournalKind.RollbackStarted"/>.</summary>
internal sealed record RollbackStartedData
{
    public required RollbackPlan Plan { get; init; }

    /// <summary>What the verdict followed from, so that it can be reproduced (S33); null when nobody judged.</summary>
    public DecisionInputs? Inputs { get; init; }

    public required string Owner { get; init; }

    public required string Host { get; init; }

    public required int ProcessId { get; init; }

    public required long Token { get; init; }
}

/// <summary>Content of the step records.</summary>
internal sealed record StepData
{
    public required int Step { get; init; }

    public required StepKind Kind { get; init; }

    public string? Detail { get; init; }

    /// <summary>Monotonic time since the run that wrote it began, in milliseconds.</summary>
    public required double ElapsedMilliseconds { get; init; }

    /// <summary>Monotonic time the step has taken, in milliseconds.</summary>
    public double DurationMilliseconds { get; init; }

    public string? Key { get; init; }

    /// <summary>The deployment that the step makes live, where that is not the plan's target.</summary>
    public string? DeploymentId { get; init; }

    public ErrorId? Error { get; init; }
}

/// <summary>Content of <see cref="JournalKind.Verified"/>.</summary>
internal sealed record VerifiedData
{
    public required VerificationResult Verification { get; init; }
}

/// <summary>Content of <see cref="JournalKind.RollbackFinished"/>.</summary>
internal sealed record RollbackFinishedData
{
    public required RollbackStatus Status { get; init; }

    public ErrorId? Error { get; init; }

    public string? Message { get; init; }

    public string? NextStep { get; init; }

    public required double DurationMilliseconds { get; init; }
}

/// <summary>Content of <see cref="JournalKind.AttemptRefused"/>.</summary>
internal sealed record AttemptRefusedData
{
    /// <summary>Why it was refused; null where nothing was to be done, which is no error.</summary>
    public ErrorId? Error { get; init; }

    public required string Message { get; init; }

    public required string Reason { get; init; }

    public required string Owner { get; init; }

    public string? From { get; init; }

    public string? Target { get; init; }

    public required RollbackStatus Status { get; init; }

    /// <summary>Whether nobody asked for it (S27).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsAutomatic { get; init; }

    /// <summary>What was asked for where it was a restore: From is the database then, and Target the backup.</summary>
    public Databases.RestoreKind? Restore { get; init; }
}

/// <summary>Content of <see cref="JournalKind.DeploymentMarked"/>.</summary>
internal sealed record DeploymentMarkedData
{
    public required DeploymentMark Mark { get; init; }

    /// <summary>The mark that it replaced and that an undo of its rollback puts back, or null.</summary>
    public DeploymentMark? Replaced { get; init; }
}

/// <summary>Content of <see cref="JournalKind.DeploymentUnmarked"/>.</summary>
internal sealed record DeploymentUnmarkedData
{
    public required string DeploymentId { get; init; }

    public required string By { get; init; }

    public required string Reason { get; init; }
}

/// <summary>Content of <see cref="JournalKind.LeaseTakenOver"/>.</summary>
internal sealed record LeaseTakenOverData
{
    public required LeaseHolder From { get; init; }

    public required LeaseHolder By { get; init; }
}

/// <summary>Content of <see cref="JournalKind.TailRecovered"/>.</summary>
internal sealed record TailRecoveredData
{
    public required int Bytes { get; init; }
}

/// <summary>Content of <see cref="JournalKind.Resumed"/> and <see cref="JournalKind.Interrupted"/>.</summary>
internal sealed record NoteData
{
    public required string By { get; init; }

    public required string Note { get; init; }

    /// <summary>The fencing token of the lease it was resumed under.</summary>
    public long? Token { get; init; }
}

/// <summary>Content of <see cref="JournalKind.ReportWritten"/>.</summary>
internal sealed record ReportWrittenData
{
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>When the post-mortem was scheduled for, or null.</summary>
    public DateTimeOffset? PostMortemAt { get; init; }
}

/// <summary>Content of <see cref="JournalKind.EvidenceSaved"/>: what the archive is checked against later.</summary>
internal sealed record EvidenceSavedData
{
    public required string Name { get; init; }

    public required string Location { get; init; }

    public required string Sha256 { get; init; }

    public required long Size { get; init; }

    public required int Files { get; init; }

    public required string By { get; init; }
}

/// <summary>Content of <see cref="JournalKind.WindowVerified"/>.</summary>
internal sealed record WindowVerifiedData
{
    public required VerificationResult Verification { get; init; }

    public IReadOnlyList<HumanAnswer> Answers { get; init; } = [];

    public required string By { get; init; }
}

/// <summary>Content of <see cref="JournalKind.WatchNoted"/>.</summary>
internal sealed record WatchNotedData
{
    public required Watching.WatchPhase Phase { get; init; }

    public required string DeploymentId { get; init; }

    /// <summary>When the deployment was made: a watch that begins again goes on with those after it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it went live, as far as it did and that is known.</summary>
    public DateTimeOffset? LiveAt { get; init; }

    /// <summary>Whether its traffic was measured to be well to the end of its bake (S1).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsProven { get; init; }

    public required string Detail { get; init; }

    public required string By { get; init; }
}

/// <summary>Content of <see cref="JournalKind.IncidentOpened"/> and <see cref="JournalKind.IncidentEased"/>.</summary>
internal sealed record IncidentData
{
    public string? DeploymentId { get; init; }

    public Verdict? Verdict { get; init; }

    public Severity? Severity { get; init; }

    public required string Reason { get; init; }

    public required string By { get; init; }
}
