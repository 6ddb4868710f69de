using RollbackOps.Bench.Simulation;

namespace RollbackOps.Tests.Decisions;

/// <summary>
/// decisions.md §8, reduced and seeded: the product's rule on simulated traffic. bench/ runs the whole table; here the
/// bounds are as wide as so few hours make them.
/// </summary>
public sealed class SimulationTests
{
    private const int Hours = 200;

    public static TheoryData<string, double> Healthy
    {
        get
        {
            var data = new TheoryData<string, double>();
            foreach (var level in (double[])[2, 10, 60, 600])
            {
                foreach (var name in (string[])["poisson", "bursts", "correlation", "client"])
                {
                    data.Add(name, level);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Healthy))]
    public void HealthyHours_OfAnyKind_AreNotRolledBack(string name, double level)
    {
        var scenario = name switch
        {
            "bursts" => new Scenario { Name = name, IsBursty = true },
            "correlation" => new Scenario { Name = name, Correlation = 0.01 },
            "client" => new Scenario { Name = name, HasRetryingClient = true },
            _ => new Scenario { Name = name },
        };

        Assert.DoesNotContain(Outcomes(scenario, level, Hours, isFollowed: true), outcome => outcome.Automatic is not null);
    }

    // What the rule is for: the naive window fires in 45 % of healthy hours at 2 requests a minute.
    [Fact]
    public void HealthyHours_AtTwoRequestsAMinute_WouldBeRolledBackByANaiveWindow()
    {
        var outcomes = Outcomes(new Scenario { Name = "poisson" }, 2, Hours, isFollowed: true);

        Assert.InRange(outcomes.Count(outcome => outcome.AnyWindow is not null), 0.37 * Hours, 0.53 * Hours);
        Assert.InRange(outcomes.Count(outcome => outcome.Assess is not null), 0, 3);
    }

    // Medians of the table in looks of 10 s, ± 10 % or two looks for so few trials.
    [Theory]
    [InlineData(0.08, 60, 12, 28)]
    [InlineData(0.12, 10, 18, 60)]
    [InlineData(0.25, 10, 12, 24)]
    [InlineData(0.25, 60, 4, 18)]
    [InlineData(0.25, 600, 1, 18)]
    [InlineData(1.0, 2, 9, 19)]
    [InlineData(1.0, 60, 1, 18)]
    public void Onset_AtGoLive_IsFoundInTheTablesTime(double rate, double level, int assess, int automatic)
    {
        var outcomes = Outcomes(new Scenario { Name = "onset", Bad = rate }, level, 201, isFollowed: false);

        AssertNear(assess, Median(outcomes, outcome => outcome.Assess));
        AssertNear(automatic, Median(outcomes, outcome => outcome.Automatic));
    }

    [Theory]
    [InlineData(0.25, 10, 29)]
    [InlineData(0.25, 60, 13)]
    [InlineData(1.0, 10, 10)]
    [InlineData(1.0, 600, 13)]
    public void Onset_AfterSixHealthyHours_IsFoundInTheTablesTime(double rate, double level, int automatic)
    {
        var outcomes = Outcomes(new Scenario { Name = "onset", Bad = rate, HoursBefore = 6 }, level, 51, isFollowed: false);

        AssertNear(automatic, Median(outcomes, outcome => outcome.Automatic));
    }

    [Theory]
    [InlineData(0.1, 600)]
    [InlineData(0.5, 60)]
    [InlineData(0.5, 600)]
    public void Transient_OfNinetySeconds_IsNotRolledBack(double rate, double level)
    {
        var outcomes = Outcomes(new Scenario { Name = "transient", Bad = rate, BadCells = 9 }, level, Hours, isFollowed: true);

        Assert.InRange(outcomes.Count(outcome => outcome.Automatic is not null), 0, 2);
    }

    private static Outcome[] Outcomes(Scenario scenario, double level, int count, bool isFollowed)
    {
        var run = new Run(scenario, level, isFollowed);
        return [.. Enumerable.Range(0, count).Select(i => run.Once(Chance.Seed(7, (ulong)level, (ulong)i)))];
    }

    private static int Median(Outcome[] outcomes, Func<Outcome, int?> what) =>
        outcomes.Select(one => what(one) ?? int.MaxValue).Order().ElementAt(outcomes.Length / 2);

    private static void AssertNear(int expected, int found)
    {
        var tolerance = Math.Max(2, 0.15 * expected);
        Assert.InRange(found, expected - tolerance, expected + tolerance);
    }
}
