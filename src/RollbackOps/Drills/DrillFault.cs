namespace RollbackOps.Drills;

/// <summary>What is wrong with the release that a drill deploys.</summary>
public sealed record DrillFault
{
    internal DrillFault()
    {
    }

    /// <summary>Whether it answers nobody: every connection is cut off.</summary>
    public bool IsDown { get; init; }

    /// <summary>The part of its answers that are errors (500), in percent.</summary>
    public double ErrorPercent { get; init; }

    /// <summary>The part of its answers that are slow, in percent.</summary>
    public double SlowPercent { get; init; }

    /// <summary>How late a slow answer comes. Default 3 s.</summary>
    public TimeSpan SlowBy { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Whether it damages what it stores, and its migration what was stored before.</summary>
    public bool DamagesData { get; init; }
}
