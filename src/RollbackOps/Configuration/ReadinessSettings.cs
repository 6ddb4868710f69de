namespace RollbackOps.Configuration;

/// <summary>The readiness section: what has to hold so that a rollback will work tonight.</summary>
public sealed record ReadinessSettings
{
    internal ReadinessSettings()
    {
    }

    /// <summary>How old the newest backup that was restored aside and checked may be. Default 1 day.</summary>
    public TimeSpan BackupAge { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long restoring and checking it may have taken. Default 15 min (the procedure: 10 to 15 min).</summary>
    public TimeSpan RecoveryTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How old the last drill may be. Default 90 days (the procedure: a quarter).</summary>
    public TimeSpan DrillAge { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How old the last review may be. Default 90 days (the procedure: a quarter).</summary>
    public TimeSpan ReviewAge { get; init; } = TimeSpan.FromDays(90);

    /// <summary>
    /// The day on which the written procedure and this configuration were last reviewed, as <c>2026-11-28</c>; null for never.
    /// It stands in the file, so that its own history says who reviewed it.
    /// </summary>
    public string? LastReview { get; init; }

    /// <summary>Who reviewed them, or null.</summary>
    public string? ReviewedBy { get; init; }

    /// <summary>How long promotion may be pinned before that counts as forgotten. Default 1 day.</summary>
    public TimeSpan PinAge { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long before a token expires that is told. Default 14 days.</summary>
    public TimeSpan TokenExpiry { get; init; } = TimeSpan.FromDays(14);

    /// <summary>How far this machine's clock may be from those of the services in use. Default 5 s.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The space in MiB that has to be free where state, reports, evidence and backups are kept. Default 1024.</summary>
    public int FreeSpace { get; init; } = 1024;
}
