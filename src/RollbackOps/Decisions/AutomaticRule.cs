namespace RollbackOps.Decisions;

/// <summary>What an automatic rollback from traffic lacks (decisions.md §5), in the order in which it is looked for.</summary>
internal enum AutomaticCheck
{
    /// <summary>No run of bad looks.</summary>
    NoRun,

    /// <summary>Neither B nor C: not yet, or not above the immediate threshold.</summary>
    NotDue,

    /// <summary>(a): too little evidence, or the rate is falling.</summary>
    TooWeak,

    /// <summary>(b): it hangs on one client.</summary>
    OneClient,

    /// <summary>(c): it hangs on one minute.</summary>
    OneMinute,

    /// <summary>(d): clients are not known, and no probe failed; judged by the caller.</summary>
    ClientsUnknown,

    /// <summary>Nothing: the traffic carries it.</summary>
    Carried,
}

/// <summary>A look within a run.</summary>
/// <param name="At">The look.</param>
/// <param name="Start">The look at which the run began.</param>
/// <param name="NowFrom">The first cell of the now-rate.</param>
/// <param name="IsImmediate">B: whether Immediate holds.</param>
internal readonly record struct RunState(int At, int Start, int NowFrom, bool IsImmediate);

/// <summary>Whether traffic carries an automatic rollback: B or C, and (a) to (d) (decisions.md §5).</summary>
internal sealed class AutomaticRule
{
    private readonly TrafficNumbers _numbers;
    private readonly CellSeries _cells;
    private readonly bool _isAnchored;
    private readonly ICellClients? _clients;
    private readonly ClientTally? _tally;
    private readonly EvidenceNull _null;
    private (int From, int At, Evidence Evidence)? _withoutMinute;
    private WithoutClient? _rest;

    public AutomaticRule(TrafficNumbers numbers, CellSeries cells, bool isAnchored, ICellClients? clients)
    {
        _numbers = numbers;
        _cells = cells;
        _isAnchored = isAnchored;
        _clients = clients;
        _tally = clients is null ? null : new ClientTally(clients);
        _null = numbers.Policy.Automatic == Configuration.AutomaticPolicy.Strict ? numbers.Immediate : numbers.Assess;
    }

    private double Percent => _numbers.Policy.ImmediateErrorRatePercent;

    /// <summary>What is lacking at a look within a run.</summary>
    /// <param name="run">The look.</param>
    /// <param name="evidence">W of the whole traffic against the null in use.</param>
    public AutomaticCheck Check(in RunState run, Evidence evidence)
    {
        var isUndecided = run.At - run.Start >= _numbers.DecideCells
            && LiteralRule.Judge(Last(_cells, run.At, _numbers.UndecidedCells), Percent, isStrict: false) == LiteralOutcome.Holds;
        if (!run.IsImmediate && !isUndecided)
        {
            return AutomaticCheck.NotDue;
        }

        var rateFrom = TrafficRule.RateFrom(run, _numbers);
        if (!Reaches(_cells, run.NowFrom, run.At) || !Reaches(_cells, rateFrom, run.At) || !evidence.Reaches(_numbers.LogNeeded))
        {
            return AutomaticCheck.TooWeak;
        }

        // Where B and C both hold, either one's D will do.
        var byUndecided = isUndecided ? CheckDuration(run, _numbers.UndecidedCells) : AutomaticCheck.NotDue;
        return byUndecided == AutomaticCheck.Carried || !run.IsImmediate
            ? byUndecided
            : CheckDuration(run, _numbers.ImmediateCells);
    }

    private AutomaticCheck CheckDuration(in RunState run, int duration) =>
        HangsOnOneClient(run, duration) ? AutomaticCheck.OneClient
        : HangsOnOneMinute(run, duration) ? AutomaticCheck.OneMinute
        : _clients is null ? AutomaticCheck.ClientsUnknown
        : AutomaticCheck.Carried;

    private bool HangsOnOneClient(in RunState run, int duration)
    {
        if (_tally?.Worst(Math.Max(0, run.At - _numbers.Minutes(60)), run.At) is not { } worst)
        {
            return false;
        }

        if (_rest?.Client != worst.Client)
        {
            _rest = new WithoutClient(_numbers, _cells, _clients!, worst.Client, _null, _isAnchored);
        }

        _rest.Advance(run.At);
        var nowFrom = TrafficRule.NowBegin(_rest.Cells, run.At, 0, _numbers);
        return !Reaches(_rest.Cells, run.At - duration, run.At)
            || !Reaches(_rest.Cells, nowFrom, run.At)
            || !_rest.Evidence.Reaches(_numbers.LogNeeded);
    }

    private bool HangsOnOneMinute(in RunState run, int duration)
    {
        var from = run.At - duration;
        var worst = WorstMinute(from, run.At);
        var (requests, errors) = (
            _cells.Requests(from, run.At) - _cells.Requests(worst, worst + _numbers.CellsPerMinute),
            _cells.Errors(from, run.At) - _cells.Errors(worst, worst + _numbers.CellsPerMinute));
        return !LiteralRule.Reaches(requests, errors, _numbers.Policy.AssessErrorRatePercent, isStrict: false)
            || !EvidenceWithoutMinute(WorstMinute(Math.Max(0, run.At - _numbers.Minutes(60)), run.At), run.At).Reaches(_numbers.LogNeeded);
    }

    /// <summary>The first cell of the 60 s with most errors; of equals, the latest.</summary>
    private int WorstMinute(int from, int to)
    {
        var (worst, most) = (from, -1L);
        for (var at = from; at + _numbers.CellsPerMinute <= to; at++)
        {
            var errors = _cells.Errors(at, at + _numbers.CellsPerMinute);
            (worst, most) = errors >= most ? (at, errors) : (worst, most);
        }

        return worst;
    }

    /// <summary>W without 60 s; carried along while they stay the worst.</summary>
    private Evidence EvidenceWithoutMinute(int left, int to)
    {
        var (from, at, evidence) = _withoutMinute is { } kept && kept.From == left && kept.At <= to
            ? kept
            : (left, 0, new Evidence(_null, _isAnchored));
        for (; at < to; at++)
        {
            var isLeft = at >= left && at < left + _numbers.CellsPerMinute;
            evidence.Add(
                isLeft ? 0 : _cells.Requests(at, at + 1),
                isLeft ? 0 : _cells.Errors(at, at + 1),
                at % _numbers.CellsPerMinute == 0);
        }

        _withoutMinute = (from, at, evidence);
        return evidence;
    }

    private bool Reaches(CellSeries cells, int from, int to) =>
        LiteralRule.Reaches(cells.Requests(from, to), cells.Errors(from, to), Percent, isStrict: false);

    private LiteralWindow Last(CellSeries cells, int at, int count) => new(cells, at - count, at, _numbers.CellsPerMinute);
}
