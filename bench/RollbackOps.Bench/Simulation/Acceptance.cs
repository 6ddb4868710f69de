using System.Diagnostics;
using System.Globalization;
using RollbackOps.Decisions;

namespace RollbackOps.Bench.Simulation;

/// <summary>The acceptance table of decisions.md §8, and what the prototype had not simulated.</summary>
internal static class Acceptance
{
    private const ulong Seed = 20261123;
    private static readonly double[] s_levels = [2, 10, 60, 600];
    private static readonly double[] s_rates = [0.05, 0.06, 0.08, 0.12, 0.25, 1];

    /// <summary>Hours without an incident, by row and requests a minute.</summary>
    public static void Healthy(int hours)
    {
        Scenario[] rows =
        [
            new() { Name = "Poisson 0.5 %" },
            new() { Name = "volume bursts", IsBursty = true },
            new() { Name = "correlation 0.01", Correlation = 0.01 },
            new() { Name = "one retrying client", HasRetryingClient = true },
            new() { Name = "1 min in 100 at 10 %", BadMinutes = 0.01, BadMinuteRate = 0.1 },
            new() { Name = "1 min in 100 at 30 %", BadMinutes = 0.01, BadMinuteRate = 0.3 },
            new() { Name = "correlation 0.05", Correlation = 0.05 },
            new() { Name = "exactly 2 %", Healthy = 0.02 },
            new() { Name = "3 %", Healthy = 0.03 },
            new() { Name = "4 %", Healthy = 0.04 },
            new() { Name = "5 %", Healthy = 0.05 },
        ];
        Console.WriteLine($"hours without an incident, {hours} a cell of this table; % of hours with: automatic rollback | Assess by errors | W(2 %) >= 200 | any 5-minute window above 5 % | fifth failed check");
        foreach (var row in rows)
        {
            foreach (var level in s_levels)
            {
                var clock = Stopwatch.StartNew();
                var outcomes = Outcomes(row, level, hours, isFollowed: true);
                Line($"{row.Name,-22} {level,4}/min  {Share(outcomes, one => one.Automatic)} | {Share(outcomes, one => one.Assess)} | {Share(outcomes, one => one.EvidenceTwo)} | {Share(outcomes, one => one.AnyWindow)} | {Share(outcomes, one => one.FailedChecks)}   ({clock.Elapsed.TotalSeconds:0} s)");
            }
        }
    }

    /// <summary>Short troubles from go-live on.</summary>
    public static void Transients(int hours)
    {
        Console.WriteLine($"transients from go-live, {hours} each; % with an automatic rollback");
        foreach (var rate in (double[])[0.1, 0.2, 0.5])
        {
            foreach (var seconds in (int[])[60, 90, 120])
            {
                foreach (var level in (double[])[60, 600])
                {
                    var scenario = new Scenario { Name = "transient", Bad = rate, BadCells = seconds / 10 };
                    var outcomes = Outcomes(scenario, level, hours, isFollowed: true);
                    Line($"{100 * rate,3:0} % for {seconds,3} s {level,4}/min  {Share(outcomes, one => one.Automatic)} | Assess {Share(outcomes, one => one.Assess)} | any window {Share(outcomes, one => one.AnyWindow)} | checks {Share(outcomes, one => one.FailedChecks)}");
                }
            }
        }
    }

    /// <summary>Minutes from the onset, after some healthy hours.</summary>
    public static void Detection(int hoursBefore, int trials)
    {
        Console.WriteLine($"onset after {hoursBefore} healthy hours, {trials} each; median minutes Assess / automatic (p90) | any 5-minute window | fifth failed check");
        foreach (var rate in s_rates)
        {
            foreach (var level in s_levels)
            {
                var scenario = new Scenario { Name = "onset", Bad = rate, HoursBefore = hoursBefore };
                var outcomes = Outcomes(scenario, level, trials, isFollowed: true);
                Line($"{100 * rate,4:0} % {level,4}/min  {Quantile(outcomes, one => one.Assess, 0.5)} / {Quantile(outcomes, one => one.Automatic, 0.5)} ({Quantile(outcomes, one => one.Automatic, 0.9)}) | {Quantile(outcomes, one => one.AnyWindow, 0.5)} | {Quantile(outcomes, one => one.FailedChecks, 0.5)}   automatic within the hour {Share(outcomes, one => one.Automatic)}");
            }
        }
    }

    /// <summary>Outcomes of many stretches, in their order whatever the number of threads.</summary>
    public static Outcome[] Outcomes(
        Scenario scenario, double level, int count, bool isFollowed, BaselineCounts? baseline = null,
        Configuration.PolicySettings? policy = null)
    {
        var outcomes = new Outcome[count];
        var row = (ulong)scenario.GetHashCodeOfText();
        Parallel.For(0, Math.Min(count, 64), new ParallelOptions { MaxDegreeOfParallelism = 2 }, part =>
        {
            var run = new Run(scenario, level, isFollowed, baseline, policy);
            for (var i = part; i < count; i += Math.Min(count, 64))
            {
                outcomes[i] = run.Once(Chance.Seed(Seed, row, (ulong)level, (ulong)i));
            }
        });
        return outcomes;
    }

    /// <summary>The value below which a part of the outcomes lies, in minutes; "-" where they do not reach it.</summary>
    public static string Quantile(Outcome[] outcomes, Func<Outcome, int?> what, double part)
    {
        var times = outcomes.Select(one => what(one) ?? int.MaxValue).Order().ToArray();
        var at = times[(int)Math.Ceiling(part * times.Length) - 1];
        return at == int.MaxValue ? "-" : (at / 6.0).ToString("0.0", CultureInfo.InvariantCulture);
    }

    /// <summary>The share of outcomes in percent, with its exact two-sided 99 % interval.</summary>
    public static string Share(Outcome[] outcomes, Func<Outcome, int?> what) =>
        Share(outcomes.Count(one => what(one) is not null), outcomes.Length);

    /// <summary>A share in percent, with its exact two-sided 99 % interval.</summary>
    public static string Share(int hits, int count)
    {
        var (low, high) = (1 - Binomial.UpperBound(count - hits, count, 0.995), Binomial.UpperBound(hits, count, 0.995));
        return string.Create(CultureInfo.InvariantCulture, $"{100.0 * hits / count:0.###} [{100 * low:0.###}, {100 * high:0.###}]");
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>A hash that is the same in every process.</summary>
    private static ulong GetHashCodeOfText(this Scenario scenario) =>
        scenario.ToString().Aggregate(0UL, (hash, letter) => (hash * 31) + letter);
}
