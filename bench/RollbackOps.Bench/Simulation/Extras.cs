using System.Globalization;
using RollbackOps.Decisions;

namespace RollbackOps.Bench.Simulation;

/// <summary>What the prototype of decisions.md §8 had not simulated: the raised null, the change point, and (d).</summary>
internal static class Extras
{
    private const ulong Seed = 42;
    private const int Hour = SimulatedTraffic.CellsPerHour;
    private const int TwoMinutes = 12;

    /// <summary>A deployment as bad as the one before, with the written null and with the one that the hour before raised.</summary>
    public static void Baseline(int hours)
    {
        Console.WriteLine($"as bad as the deployment before, {hours} hours each; % with an automatic rollback: written null | raised null | raised, and not above the baseline's bound at that look is WouldNotHelp");
        foreach (var rate in (double[])[0.005, 0.02, 0.03, 0.05, 0.08, 0.12])
        {
            foreach (var level in (double[])[10, 60, 600])
            {
                var (written, raised, acted) = (0, 0, 0);
                Parallel.For(0, hours, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
                {
                    var chance = new Chance(Chance.Seed(Seed, (ulong)(1e6 * rate), (ulong)level, (ulong)i));
                    var requests = Enumerable.Range(0, Hour).Sum(_ => chance.Poisson(level / 6));
                    var before = new BaselineCounts(requests, chance.Binomial(requests, rate), 60);
                    var scenario = new Scenario { Name = "same", Healthy = rate };
                    var seed = Chance.Seed(Seed + 1, (ulong)(1e6 * rate), (ulong)level, (ulong)i);
                    if (new Run(scenario, level, isFollowed: false).Once(seed).Automatic is not null)
                    {
                        Interlocked.Increment(ref written);
                    }

                    var run = new Run(scenario, level, isFollowed: false, before);
                    if (run.Once(seed).Automatic is { } at)
                    {
                        Interlocked.Increment(ref raised);
                        var (_, n, k) = LowTier.Window(run.Cells, at, run.Numbers);
                        if (before.Bound is not { } bound || (double)k / n > bound)
                        {
                            Interlocked.Increment(ref acted);
                        }
                    }
                });
                Line($"{100 * rate,5:0.#} % {level,4}/min  {Acceptance.Share(written, hours)} | {Acceptance.Share(raised, hours)} | {Acceptance.Share(acted, hours)}");
            }
        }

        Console.WriteLine("and the price: from a baseline to 25 % at go-live; median minutes to automatic (p90), written null | raised null");
        foreach (var rate in (double[])[0.005, 0.02, 0.05, 0.08])
        {
            foreach (var level in (double[])[10, 60, 600])
            {
                var chance = new Chance(Chance.Seed(Seed, (ulong)(1e6 * rate), (ulong)level));
                var requests = (int)(60 * level);
                var before = new BaselineCounts(requests, chance.Binomial(requests, rate), 60);
                var scenario = new Scenario { Name = "worse", Bad = 0.25 };
                var written = Acceptance.Outcomes(scenario, level, 2000, isFollowed: false);
                var raised = Acceptance.Outcomes(scenario, level, 2000, isFollowed: false, before);
                Line($"{100 * rate,5:0.#} % {level,4}/min  {Times(written)} | {Times(raised)}");
            }
        }
    }

    /// <summary>How often the change point says "before", by when trouble really began, at the first look that carries a rollback.</summary>
    public static void ChangePoints(int trials)
    {
        Console.WriteLine($"WouldNotHelp by the change point, {trials} each; % of the first automatic looks at which it is found, by the onset before go-live");
        foreach (var minutes in (int[])[0, 2, 3, 5, 10, 30])
        {
            foreach (var rate in (double[])[0.06, 0.08, 0.25])
            {
                foreach (var level in (double[])[10, 60, 600])
                {
                    var (found, acted) = (0, 0);
                    Parallel.For(0, trials, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
                    {
                        var seed = Chance.Seed(Seed, (ulong)minutes, (ulong)(1e6 * rate), (ulong)level, (ulong)i);
                        var chance = new Chance(seed);
                        var before = new CellSeries();
                        for (var cell = 0; cell < Hour; cell++)
                        {
                            var n = chance.Poisson(level / 6);
                            before.Add(n, chance.Binomial(n, cell >= Hour - (6 * minutes) ? rate : 0.005), slow: 0);
                        }

                        var baseline = new BaselineCounts(before.Requests(0, Hour), before.Errors(0, Hour), 60);
                        var run = new Run(new Scenario { Name = "onset", Bad = rate }, level, isFollowed: false, baseline);
                        if (run.Once(seed + 1).Automatic is null || baseline.Bound is null)
                        {
                            return;
                        }

                        Interlocked.Increment(ref acted);
                        if (ChangePoint.Earlier(before, run.Cells, TwoMinutes) is { Ratio: >= 20 })
                        {
                            Interlocked.Increment(ref found);
                        }
                    });
                    Line($"{minutes,3} min before, {100 * rate,3:0} % {level,4}/min  {(acted == 0 ? "-" : Acceptance.Share(found, acted))}   ({acted} of {trials} acted)");
                }
            }
        }
    }

    /// <summary>
    /// (d): one client that fails six times a minute behind a gateway, or in a source without clients, where a prober looks
    /// every 10 s; and a real outage behind one.
    /// </summary>
    public static void Gateway(int hours)
    {
        Console.WriteLine($"clients that cannot be told apart, {hours} hours each; % with an automatic rollback: without (d) | one failed probe within D (the rule) | two | three");
        (string Name, Scenario Scenario, double ProbeFailure)[] rows =
        [
            ("one retrying client, probes fail at 0.5 %", new Scenario { Name = "gateway", HasRetryingClient = true }, 0.005),
            ("one retrying client, probes never fail", new Scenario { Name = "gateway", HasRetryingClient = true }, 0),
            ("25 % from go-live, probes too", new Scenario { Name = "gateway", Bad = 0.25 }, 0.25),
        ];
        foreach (var (name, scenario, probeFailure) in rows)
        {
            foreach (var level in (double[])[2, 10, 60, 600])
            {
                var counts = new int[4];
                Parallel.For(0, hours, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
                {
                    var seed = Chance.Seed(Seed, (ulong)level, (ulong)i);
                    for (var needed = 1; needed <= 3; needed++)
                    {
                        var run = new Run(scenario, level, isFollowed: false) { HasClients = false };
                        var (carried, acted) = run.OnceWithProbes(seed, probeFailure, needed);
                        Interlocked.Add(ref counts[0], carried && needed == 1 ? 1 : 0);
                        Interlocked.Add(ref counts[needed], acted ? 1 : 0);
                    }
                });
                Line($"{name,-42} {level,4}/min  {string.Join(" | ", counts.Select(count => Acceptance.Share(count, hours)))}");
            }
        }
    }

    private static string Times(Outcome[] outcomes) =>
        $"{Acceptance.Quantile(outcomes, one => one.Automatic, 0.5)} ({Acceptance.Quantile(outcomes, one => one.Automatic, 0.9)})";

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
