using RollbackOps.Configuration;

namespace RollbackOps.Decisions;

/// <summary>The policy's numbers as the rule needs them: durations in cells, thresholds in percent, nulls.</summary>
internal sealed class TrafficNumbers
{
    /// <summary>The requests that a bound of 2 % needs without an error (decisions.md §4).</summary>
    public const long LeastForABound = 149;

    /// <summary>The requests that the now-rate reaches back for (decisions.md §1).</summary>
    public const long NowRequests = 20;

    /// <summary>The requests that rule out 5 % when none fails (decisions.md §4).</summary>
    public const long LeastForImmediate = 59;

    /// <summary>The part of slow requests at which the nearest-rank p95 is above the limit, in percent.</summary>
    public const double SlowPercent = 5;

    /// <param name="policy">The numbers of the procedure.</param>
    /// <param name="cell">A cell's length; divides a minute.</param>
    /// <param name="baseline">What went before, or null; raises the assess tier's null (decisions.md §3).</param>
    public TrafficNumbers(PolicySettings policy, TimeSpan cell, BaselineCounts? baseline)
    {
        Policy = policy;
        Cell = cell;
        CellsPerMinute = (int)(TimeSpan.FromMinutes(1) / cell);
        ImmediateCells = Cells(policy.ImmediateDuration);
        AssessCells = Cells(policy.AssessDuration);
        DecideCells = Cells(policy.AssessTimeToDecide);
        MonitorCells = Cells(policy.MonitorTimeToDecide);
        LogNeeded = Math.Log(policy.EvidenceNeeded);
        Immediate = EvidenceNull.Immediate(policy.ImmediateErrorRatePercent / 100);
        Monitor = EvidenceNull.Monitor(policy.MonitorErrorRatePercent / 100);
        Slow = EvidenceNull.Immediate(SlowPercent / 100);
        var assess = policy.AssessErrorRatePercent / 100;
        Assess = baseline?.Bound is { } bound ? EvidenceNull.Raised(assess, bound) : EvidenceNull.Assess(assess);
    }

    public PolicySettings Policy { get; }

    /// <summary>A cell's length.</summary>
    public TimeSpan Cell { get; }

    public int CellsPerMinute { get; }

    public int ImmediateCells { get; }

    public int AssessCells { get; }

    public int DecideCells { get; }

    public int MonitorCells { get; }

    /// <summary>D of C (decisions.md §5): the assess tier's time, and its time to decide.</summary>
    public int UndecidedCells => AssessCells + DecideCells;

    /// <summary>ln T.</summary>
    public double LogNeeded { get; }

    public EvidenceNull Immediate { get; }

    public EvidenceNull Assess { get; }

    public EvidenceNull Monitor { get; }

    public EvidenceNull Slow { get; }

    /// <summary>Minutes in cells.</summary>
    public int Minutes(int minutes) => minutes * CellsPerMinute;

    private int Cells(TimeSpan duration) => (int)Math.Ceiling(duration / Cell);
}
