namespace RollbackOps.Signals;

/// <summary>What is to be measured in logs.</summary>
public sealed record LogQuery
{
    internal LogQuery()
    {
    }

    /// <summary>Absolute paths of the files, in any order; those that end in .gz and .zst are unpacked while read.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>The window's begin.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The window's end; a line at this time is no longer in it.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The format.</summary>
    public LogFormat Format { get; init; }

    /// <summary>Where the fields are; null for those of the format.</summary>
    public LogFields? Fields { get; init; }

    /// <summary>An answer that takes longer is slow.</summary>
    public TimeSpan SlowLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Paths of our own probes, left out (decisions.md §1).</summary>
    public IReadOnlyList<string> ExcludedPaths { get; init; } = [];

    /// <summary>How far lines may be out of order.</summary>
    public TimeSpan LookBack { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The share of unreadable lines in percent above which nothing is measured.</summary>
    public double MaxUnreadablePercent { get; init; } = 5;

    /// <summary>Whether only totals and quantiles are wanted: no cells, paths and clients.</summary>
    public bool IsTotalsOnly { get; init; }
}
