namespace RollbackOps.Decisions;

/// <summary>
/// The rule for traffic (decisions.md §2-§6), cell by cell: after each cell that is added to its series it looks once.
/// Everything it knows follows from the cells; nothing depends on when it is asked.
/// </summary>
internal sealed class TrafficRule
{
    private const int NowMinutes = 5;
    private const int RateMinutes = 10;
    private const int UnclearedMinutes = 30;

    private readonly TrafficNumbers _numbers;
    private readonly CellSeries _cells;
    private readonly AutomaticRule _automatic;
    private int _nowFrom;
    private int _monitorSince = -1;
    private (int At, AutomaticCheck Check)? _looked;

    /// <param name="numbers">The policy's numbers.</param>
    /// <param name="cells">The series; cells are added to it, each followed by <see cref="Look"/>.</param>
    /// <param name="isAnchored">Whether the series begins at go-live.</param>
    /// <param name="clients">The clients of the cells; null when they are not known, or one of them is a gateway.</param>
    public TrafficRule(TrafficNumbers numbers, CellSeries cells, bool isAnchored, ICellClients? clients)
    {
        _numbers = numbers;
        _cells = cells;
        AgainstImmediate = new Evidence(numbers.Immediate, isAnchored);
        AgainstAssess = new Evidence(numbers.Assess, isAnchored);
        AgainstMonitor = new Evidence(numbers.Monitor, isAnchored);
        AgainstSlow = new Evidence(numbers.Slow, isAnchored);
        _automatic = new AutomaticRule(numbers, cells, isAnchored, clients);
        var policy = numbers.Policy;
        ImmediateTier = new Leaving(policy.ImmediateErrorRatePercent / 100, numbers.AssessCells, numbers.Minutes(UnclearedMinutes));
        AssessTier = new Leaving(policy.AssessErrorRatePercent / 100, numbers.AssessCells, numbers.Minutes(UnclearedMinutes));
    }

    /// <summary>W against the immediate threshold.</summary>
    public Evidence AgainstImmediate { get; }

    /// <summary>W against the assess threshold, or what the baseline raised it to.</summary>
    public Evidence AgainstAssess { get; }

    /// <summary>W against the monitor threshold.</summary>
    public Evidence AgainstMonitor { get; }

    /// <summary>W against 5 % of slow requests.</summary>
    public Evidence AgainstSlow { get; }

    /// <summary>Whether the immediate tier has been left.</summary>
    public Leaving ImmediateTier { get; }

    /// <summary>Whether the assess tier (by errors) has been left.</summary>
    public Leaving AssessTier { get; }

    /// <summary>The look, as the number of cells before it.</summary>
    public int At { get; private set; }

    /// <summary>Immediate (decisions.md §4).</summary>
    public bool IsImmediate { get; private set; }

    /// <summary>Assess by a rate for its time.</summary>
    public bool IsAssess { get; private set; }

    /// <summary>Assess by a spike.</summary>
    public bool IsSpike { get; private set; }

    /// <summary>Assess by slow answers.</summary>
    public bool IsSlow { get; private set; }

    /// <summary>Assess because Monitor's time to decide passed without the rate falling.</summary>
    public bool IsNotStabilizing { get; private set; }

    /// <summary>Assess, or worse, by errors.</summary>
    public bool IsByErrors => IsImmediate || IsAssess || IsSpike;

    /// <summary>The look at which the run began, or null (decisions.md §5).</summary>
    public int? RunStart { get; private set; }

    /// <summary>What an automatic rollback still lacks; judged when it is asked for, as most looks of the past never are.</summary>
    public AutomaticCheck Automatic
    {
        get
        {
            if (RunStart is not { } start)
            {
                return AutomaticCheck.NoRun;
            }

            if (_looked is not { } looked || looked.At != At)
            {
                _looked = looked = (At, _automatic.Check(new RunState(At, start, _nowFrom, IsImmediate), ForAutomatic));
            }

            return looked.Check;
        }
    }

    /// <summary>Whether an automatic rollback may act on the traffic by itself at this look; (e) is judged by the caller.</summary>
    public bool MayAct => Automatic is AutomaticCheck.Carried;

    /// <summary>The first cell of the now-rate.</summary>
    public int NowFrom => _nowFrom;

    /// <summary>Looks after the cell that was added last.</summary>
    public void Look()
    {
        var cell = At++;
        Gather(cell);
        MoveNow();
        var policy = _numbers.Policy;
        var (requests, errors) = Now();
        IsImmediate = Outcome(_numbers.ImmediateCells, policy.ImmediateErrorRatePercent, isStrict: true) == LiteralOutcome.Holds
            && AgainstAssess.Reaches(_numbers.LogNeeded);
        IsAssess = Outcome(_numbers.AssessCells, policy.AssessErrorRatePercent, isStrict: false) == LiteralOutcome.Holds
            && AgainstMonitor.Reaches(_numbers.LogNeeded);
        IsSpike = LiteralRule.Reaches(requests, errors, policy.ImmediateErrorRatePercent, isStrict: true)
            && AgainstImmediate.Reaches(_numbers.LogNeeded);
        IsSlow = SlowOutcome() == LiteralOutcome.Holds && AgainstSlow.Reaches(_numbers.LogNeeded);
        IsNotStabilizing = !IsByErrors && FailsToStabilize();
        var isNowLow = requests > 0 && !LiteralRule.Reaches(requests, errors, policy.AssessErrorRatePercent, isStrict: false);
        if (IsByErrors)
        {
            RunStart ??= At;
        }
        else if (isNowLow)
        {
            RunStart = null;
        }

        var (lastRequests, lastErrors) = (_cells.Requests(cell, At), _cells.Errors(cell, At));
        var isNowBelowImmediate = requests > 0
            && !LiteralRule.Reaches(requests, errors, policy.ImmediateErrorRatePercent, isStrict: false);
        ImmediateTier.Look(At, IsImmediate, lastRequests, lastErrors, isNowBelowImmediate);
        AssessTier.Look(At, IsByErrors, lastRequests, lastErrors, isNowLow);
    }

    /// <summary>How a row of the table comes out now.</summary>
    public LiteralOutcome Outcome(int cells, double percent, bool isStrict) =>
        LiteralRule.Judge(Window(cells), percent, isStrict);

    /// <summary>How "p95 above the limit" comes out now; by nearest rank that is more than 5 % slower than it.</summary>
    public LiteralOutcome SlowOutcome() =>
        LiteralRule.Judge(Window(_numbers.AssessCells) with { IsSlow = true }, TrafficNumbers.SlowPercent, isStrict: true);

    /// <summary>The last cells as a window of the literal rule.</summary>
    public LiteralWindow Window(int cells) => new(_cells, At - cells, At, _numbers.CellsPerMinute);

    /// <summary>Requests and errors of the now-rate: the last 60 s, back to 20 requests, at most 5 min.</summary>
    public (long Requests, long Errors) Now() => (_cells.Requests(_nowFrom, At), _cells.Errors(_nowFrom, At));

    /// <summary>The window of the lower tiers (decisions.md §4): 5 min, back to 149 requests, at most 60 min.</summary>
    public (int From, long Requests, long Errors) LowWindow() => LowTier.Window(_cells, At, _numbers);

    private Evidence ForAutomatic => _numbers.Policy.Automatic == Configuration.AutomaticPolicy.Strict ? AgainstImmediate : AgainstAssess;

    private void Gather(int cell)
    {
        var (requests, errors) = (_cells.Requests(cell, At), _cells.Errors(cell, At));
        var beginsMinute = cell % _numbers.CellsPerMinute == 0;
        AgainstImmediate.Add(requests, errors, beginsMinute);
        AgainstAssess.Add(requests, errors, beginsMinute);
        AgainstMonitor.Add(requests, errors, beginsMinute);
        AgainstSlow.Add(requests, _cells.Slow(cell, At), beginsMinute);
    }

    /// <summary>The window's begin only moves on: it is the latest that still leaves 60 s and 20 requests.</summary>
    private void MoveNow() => _nowFrom = NowBegin(_cells, At, _nowFrom, _numbers);

    internal static int NowBegin(CellSeries cells, int at, int from, TrafficNumbers numbers)
    {
        from = Math.Max(from, at - numbers.Minutes(NowMinutes));
        while (at - from > numbers.CellsPerMinute && cells.Requests(from + 1, at) >= TrafficNumbers.NowRequests)
        {
            from++;
        }

        return from;
    }

    /// <summary>
    /// "If not stabilizing": Monitor has held for its time to decide, the second half of that time is no better than the
    /// first, and there is evidence that the rate is Monitor's at all.
    /// </summary>
    private bool FailsToStabilize()
    {
        if (!AgainstMonitor.Reaches(_numbers.LogNeeded) || LowTier.Of(_cells, At, _numbers) != Verdict.Monitor)
        {
            _monitorSince = -1;
            return false;
        }

        _monitorSince = _monitorSince < 0 ? At : _monitorSince;
        if (At - _monitorSince < _numbers.MonitorCells)
        {
            return false;
        }

        var (from, middle) = (At - _numbers.MonitorCells, At - (_numbers.MonitorCells / 2));
        var (n1, k1) = (_cells.Requests(from, middle), _cells.Errors(from, middle));
        var (n2, k2) = (_cells.Requests(middle, At), _cells.Errors(middle, At));
        return n1 > 0 && n2 > 0 && k2 > 0 && (double)k2 / n2 >= (double)k1 / n1;
    }

    /// <summary>How far back the rate since the run's begin may reach (decisions.md §5 (a)).</summary>
    internal static int RateFrom(in RunState run, TrafficNumbers numbers) =>
        Math.Max(0, Math.Max(run.Start - numbers.AssessCells, run.At - numbers.Minutes(RateMinutes)));
}
