using System.Numerics;
using RollbackOps.Decisions;

namespace RollbackOps.Tests.Decisions;

/// <summary>The distribution against exact arithmetic in whole numbers.</summary>
public sealed class BinomialTests
{
    [Theory]
    [InlineData(0, 59, 5, 100)]
    [InlineData(0, 149, 2, 100)]
    [InlineData(0, 598, 5, 1000)]
    [InlineData(1, 20, 5, 100)]
    [InlineData(38, 1000, 5, 100)]
    [InlineData(39, 1000, 5, 100)]
    [InlineData(500, 1000, 1, 2)]
    [InlineData(999, 1000, 99, 100)]
    [InlineData(10, 5000, 5, 1000)]
    [InlineData(3, 3, 1, 2)]
    public void AtMost_AgainstExactFractions_AgreesToTwelveDigits(int k, int n, int numerator, int denominator)
    {
        var exact = Exact(k, n, numerator, denominator);
        var computed = Binomial.AtMost(k, n, (double)numerator / denominator);

        Assert.True(Math.Abs(computed - exact) <= 1e-10 * exact, $"{computed:R} against {exact:R}");
    }

    [Fact]
    public void AtMost_OutsideTheRange_IsZeroOrOne()
    {
        Assert.Equal(0, Binomial.AtMost(-1, 10, 0.5));
        Assert.Equal(1, Binomial.AtMost(10, 10, 0.5));
        Assert.Equal(1, Binomial.AtMost(11, 10, 0.5));
        Assert.Equal(1, Binomial.AtMost(0, 10, 0));
        Assert.Equal(0, Binomial.AtMost(3, 10, 1));
    }

    // decisions.md §4: 59, 149 and 598 requests without an error rule out 5, 2 and 0.5 %.
    [Theory]
    [InlineData(59, 0.05)]
    [InlineData(149, 0.02)]
    [InlineData(598, 0.005)]
    public void UpperBound_WithoutAnError_FallsBelowTheThresholdExactlyThere(long requests, double threshold)
    {
        Assert.True(Binomial.UpperBound(0, requests, 0.95) < threshold);
        Assert.True(Binomial.UpperBound(0, requests - 1, 0.95) >= threshold);
        Assert.Equal(1 - Math.Pow(0.05, 1.0 / requests), Binomial.UpperBound(0, requests, 0.95), 12);
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(7, 149)]
    [InlineData(50, 1000)]
    public void UpperBound_WithErrors_LeavesFivePercentBelow(long errors, long requests)
    {
        Assert.Equal(0.05, Binomial.AtMost(errors, requests, Binomial.UpperBound(errors, requests, 0.95)), 9);
    }

    [Fact]
    public void UpperBound_NothingOrEverything_IsOne()
    {
        Assert.Equal(1, Binomial.UpperBound(0, 0, 0.95));
        Assert.Equal(1, Binomial.UpperBound(10, 10, 0.95));
    }

    /// <summary>P[Bin(n, a/b) ≤ k] as the quotient of two whole numbers.</summary>
    private static double Exact(int k, int n, int a, int b)
    {
        var (sum, ways) = (BigInteger.Zero, BigInteger.One);
        for (var i = 0; i <= k; i++)
        {
            sum += ways * BigInteger.Pow(a, i) * BigInteger.Pow(b - a, n - i);
            ways = ways * (n - i) / (i + 1);
        }

        // 20 digits of the quotient, then one rounding.
        var scale = BigInteger.Pow(10, 320);
        return Math.Exp(BigInteger.Log(sum * scale / BigInteger.Pow(b, n)) - BigInteger.Log(scale));
    }
}
