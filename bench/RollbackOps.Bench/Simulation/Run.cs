using RollbackOps.Configuration;
using RollbackOps.Decisions;

namespace RollbackOps.Bench.Simulation;

/// <summary>What a stretch of traffic led to: looks of 10 s since the onset, or null where it did not happen.</summary>
/// <param name="Assess">The first Assess by errors, or worse.</param>
/// <param name="Automatic">The first automatic rollback.</param>
/// <param name="AnyWindow">The first window of 5 minutes above 5 %.</param>
/// <param name="FailedChecks">The fifth check of a minute that found more than 5 %.</param>
/// <param name="EvidenceTwo">The first W(2 %) of 200 or more.</param>
internal readonly record struct Outcome(int? Assess, int? Automatic, int? AnyWindow, int? FailedChecks, int? EvidenceTwo);

/// <summary>Runs the product's rule over simulated traffic.</summary>
internal sealed class Run
{
    private const int FiveMinutes = 30;
    private const int Minute = 6;
    private const int MostFailedChecks = 5;
    private static readonly double s_logNeeded = Math.Log(200);
    private static readonly TimeSpan s_cell = TimeSpan.FromSeconds(10);

    private readonly Scenario _scenario;
    private readonly SimulatedTraffic _traffic;
    private readonly TrafficNumbers _numbers;
    private readonly CellSeries _cells = new(24 * SimulatedTraffic.CellsPerHour);
    private readonly bool _isFollowed;

    /// <param name="scenario">The traffic.</param>
    /// <param name="perMinute">Requests a minute.</param>
    /// <param name="isFollowed">Whether every event counts up to the hour's end; otherwise a stretch ends with the rollback.</param>
    /// <param name="baseline">What went before, or null.</param>
    /// <param name="policy">The policy; by default the procedure's.</param>
    public Run(Scenario scenario, double perMinute, bool isFollowed, BaselineCounts? baseline = null, PolicySettings? policy = null)
    {
        _scenario = scenario;
        _traffic = new SimulatedTraffic(scenario, perMinute);
        _numbers = new TrafficNumbers(policy ?? new PolicySettings(), s_cell, baseline);
        _isFollowed = isFollowed;
    }

    /// <summary>The cells of the last stretch.</summary>
    public CellSeries Cells => _cells;

    /// <summary>The policy's numbers.</summary>
    public TrafficNumbers Numbers => _numbers;

    /// <summary>Whether the rule may see the clients.</summary>
    public bool HasClients { get; init; } = true;

    /// <summary>
    /// One hour in which a prober looks every cell, too: whether traffic of unknown clients carried a rollback but for (d),
    /// and whether a probe had failed within D at such a look.
    /// </summary>
    /// <param name="seed">The hour's seed.</param>
    /// <param name="probeFailure">The share of probes that fail.</param>
    /// <param name="needed">How many must have failed within D; the rule's number is 1.</param>
    public (bool Carried, bool Acted) OnceWithProbes(ulong seed, double probeFailure, int needed)
    {
        _traffic.Begin(seed);
        _cells.Clear();
        var rule = new TrafficRule(_numbers, _cells, isAnchored: true, clients: null);
        var chance = new Chance(seed + 1);
        var carried = false;
        var failures = new Queue<int>(Enumerable.Repeat(int.MinValue / 2, needed));
        for (var at = 1; at <= SimulatedTraffic.CellsPerHour; at++)
        {
            var (requests, errors) = _traffic.Next();
            _cells.Add(requests, errors, slow: 0);
            rule.Look();
            if (chance.Next() < probeFailure)
            {
                failures.Dequeue();
                failures.Enqueue(at);
            }

            if (rule.Automatic != AutomaticCheck.ClientsUnknown)
            {
                continue;
            }

            carried = true;
            if (at - failures.Peek() < (rule.IsImmediate ? _numbers.ImmediateCells : _numbers.UndecidedCells))
            {
                return (true, true);
            }
        }

        return (carried, false);
    }

    /// <summary>One stretch: the healthy hours, and one hour from the onset on.</summary>
    public Outcome Once(ulong seed)
    {
        _traffic.Begin(seed);
        _cells.Clear();
        var rule = new TrafficRule(_numbers, _cells, isAnchored: true, HasClients ? _traffic : null);
        var onset = _scenario.HoursBefore * SimulatedTraffic.CellsPerHour;
        int? assess = null, automatic = null, anyWindow = null, failedChecks = null, two = null;
        var failed = 0;
        for (var at = 1; at <= onset + SimulatedTraffic.CellsPerHour; at++)
        {
            var (requests, errors) = _traffic.Next();
            _cells.Add(requests, errors, slow: 0);
            rule.Look();
            if (at <= onset)
            {
                continue;
            }

            var since = at - onset;
            assess ??= rule.IsByErrors ? since : null;
            automatic ??= rule.MayAct ? since : null;
            if (!_isFollowed)
            {
                if (automatic is not null)
                {
                    break;
                }

                continue;
            }

            two ??= rule.AgainstAssess.Reaches(s_logNeeded) ? since : null;
            anyWindow ??= at >= FiveMinutes && LiteralRule.Reaches(
                _cells.Requests(at - FiveMinutes, at), _cells.Errors(at - FiveMinutes, at), 5, isStrict: true) ? since : null;
            if (at % Minute == 0 && LiteralRule.Reaches(
                _cells.Requests(at - Minute, at), _cells.Errors(at - Minute, at), 5, isStrict: true))
            {
                failedChecks ??= ++failed == MostFailedChecks ? since : null;
            }
        }

        return new Outcome(assess, automatic, anyWindow, failedChecks, two);
    }
}
