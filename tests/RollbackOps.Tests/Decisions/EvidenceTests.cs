using System.Numerics;
using CsCheck;
using RollbackOps.Decisions;

namespace RollbackOps.Tests.Decisions;

/// <summary>W against its definition (decisions.md §3), in fractions of whole numbers and without a recurrence.</summary>
public sealed class EvidenceTests
{
    private const int CellsPerMinute = 6;

    private static readonly Gen<(int Requests, int Errors)[]> s_cells =
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, 8], Gen.Bool, (a, b, isBad) => (Math.Max(a, b), isBad ? Math.Min(a, b) : 0)).Array[1, 40];

    public static TheoryData<string> Nulls => ["5 %", "2 %", "0.5 %", "raised"];

    [Theory]
    [MemberData(nameof(Nulls))]
    public void Log_OfRandomCells_IsTheDefinitionsInExactFractions(string name) => s_cells.Sample(
        cells =>
        {
            foreach (var isAnchored in (bool[])[true, false])
            {
                var (@null, rate, alternatives) = Of(name);
                var evidence = new Evidence(@null, isAnchored);
                for (var at = 0; at < cells.Length; at++)
                {
                    evidence.Add(cells[at].Requests, cells[at].Errors, at % CellsPerMinute == 0);
                }

                var exact = Exact(cells, rate, alternatives, isAnchored);
                Assert.True(Math.Abs(evidence.Log - exact) < 1e-9 * Math.Max(1, Math.Abs(exact)), $"{evidence.Log:R} against {exact:R}");
            }
        },
        iter: 60);

    [Fact]
    public void Log_OfADay_NeitherOverflowsNorUnderflows()
    {
        var (@null, _, _) = Of("2 %");
        var (well, ill) = (new Evidence(@null, isAnchored: true), new Evidence(@null, isAnchored: true));
        for (var at = 0; at < 8640; at++)
        {
            well.Add(10_000, 0, at % CellsPerMinute == 0);
            ill.Add(10_000, 10_000, at % CellsPerMinute == 0);
        }

        Assert.True(double.IsFinite(well.Log) && well.Log < 0);
        Assert.True(double.IsFinite(ill.Log) && ill.Reaches(Math.Log(200)));
    }

    [Fact]
    public void Reaches_AtWItself_AndNotAbove()
    {
        var evidence = new Evidence(Of("5 %").Null, isAnchored: true);
        evidence.Add(20, 7, beginsMinute: true);

        Assert.True(evidence.Reaches(evidence.Log));
        Assert.False(evidence.Reaches(Math.BitIncrement(evidence.Log)));
    }

    // From a bare window only the restarting part counts, and never exceeds the whole.
    [Fact]
    public void Log_OfABareWindow_IsBelowTheAnchoredOne() => s_cells.Sample(
        cells =>
        {
            var (whole, bare) = (new Evidence(Of("2 %").Null, isAnchored: true), new Evidence(Of("2 %").Null, isAnchored: false));
            for (var at = 0; at < cells.Length; at++)
            {
                whole.Add(cells[at].Requests, cells[at].Errors, at % CellsPerMinute == 0);
                bare.Add(cells[at].Requests, cells[at].Errors, at % CellsPerMinute == 0);
                Assert.True(bare.Log < whole.Log);
            }
        },
        iter: 300);

    // decisions.md §3: q = p0 + (1 - p0)·{.01 .03 .06 .13 .29 .69}; at 2 % the written row stands.
    [Fact]
    public void Raised_ByTheBaseline_TakesItsBoundAndNeverLowersTheNull()
    {
        Assert.Equal([0.03, 0.05, 0.08, 0.15, 0.30, 0.70], EvidenceNull.Raised(0.02, 0.013).Alternatives);
        var raised = EvidenceNull.Raised(0.02, 0.10);
        Assert.Equal(0.10, raised.Rate);
        Assert.Equal([0.109, 0.127, 0.154, 0.217, 0.361, 0.721], raised.Alternatives.Select(q => Math.Round(q, 12)));
    }

    [Theory]
    [InlineData(148, 0, null)]
    [InlineData(149, 0, 0.0349)]
    [InlineData(1000, 50, 0.0705)]
    public void Baseline_From149Requests_HasAnUpperBound(long requests, long errors, double? bound)
    {
        var found = new BaselineCounts(requests, errors, 60).Bound;

        Assert.Equal(bound is null, found is null);
        Assert.Equal(bound ?? 0, found ?? 0, 4);
    }

    private static (EvidenceNull Null, (int Of, int By) Rate, (int Of, int By)[] Alternatives) Of(string name) => name switch
    {
        "5 %" => (EvidenceNull.Immediate(0.05), (50, 1000), [(65, 1000), (80, 1000), (120, 1000), (200, 1000), (400, 1000), (800, 1000)]),
        "2 %" => (EvidenceNull.Assess(0.02), (20, 1000), [(30, 1000), (50, 1000), (80, 1000), (150, 1000), (300, 1000), (700, 1000)]),
        "0.5 %" => (EvidenceNull.Monitor(0.005), (50, 10_000), [(75, 10_000), (120, 10_000), (200, 10_000), (500, 10_000), (1500, 10_000), (5000, 10_000)]),
        _ => (EvidenceNull.Raised(0.02, 0.1), (100, 1000), [(109, 1000), (127, 1000), (154, 1000), (217, 1000), (361, 1000), (721, 1000)]),
    };

    /// <summary>ln W from products of fractions; R is written out as its sum over every minute's begin.</summary>
    private static double Exact((int Requests, int Errors)[] cells, (int Of, int By) rate, (int Of, int By)[] alternatives, bool isAnchored)
    {
        // All over one denominator: W = sum / (120 · 6 · D), with each product a fraction of p0's powers.
        var (n, k) = (cells.Sum(cell => cell.Requests), cells.Sum(cell => cell.Errors));
        var denominator = BigInteger.Pow(rate.Of, k) * BigInteger.Pow(rate.By - rate.Of, n - k);
        var sum = BigInteger.Zero;
        foreach (var q in alternatives)
        {
            for (var from = 0; from < cells.Length; from += CellsPerMinute)
            {
                var (m, j) = (cells.Skip(from).Sum(cell => cell.Requests), cells.Skip(from).Sum(cell => cell.Errors));
                var product = BigInteger.Pow(q.Of, j) * BigInteger.Pow(q.By - q.Of, m - j)
                    * BigInteger.Pow(rate.Of, k - j) * BigInteger.Pow(rate.By - rate.Of, n - k - m + j);
                sum += product * (from == 0 && isAnchored ? 61 : 1);
            }
        }

        return BigInteger.Log(sum) - BigInteger.Log(denominator) - Math.Log(720);
    }
}
