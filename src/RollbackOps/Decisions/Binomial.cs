namespace RollbackOps.Decisions;

/// <summary>
/// The binomial distribution, exactly as far as doubles go: through the regularized incomplete beta function
/// (continued fraction, modified Lentz; Press et al., Numerical Recipes §6.4).
/// </summary>
internal static class Binomial
{
    /// <summary>P[Bin(n, p) ≤ k].</summary>
    public static double AtMost(long k, long n, double p) => k >= n ? 1 : k < 0 ? 0 : Beta(1 - p, n - k, k + 1);

    /// <summary>The exact one-sided upper bound of a proportion (Clopper and Pearson 1934).</summary>
    /// <param name="k">Events.</param>
    /// <param name="n">Trials.</param>
    /// <param name="confidence">For example 0.95.</param>
    public static double UpperBound(long k, long n, double confidence)
    {
        if (n == 0 || k >= n)
        {
            return 1;
        }

        var (low, high) = ((double)k / n, 1.0);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = AtMost(k, n, middle) > 1 - confidence ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>The regularized incomplete beta function I_x(a, b).</summary>
    private static double Beta(double x, double a, double b)
    {
        if (x is <= 0 or >= 1)
        {
            return x <= 0 ? 0 : 1;
        }

        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x)));
        return x < (a + 1) / (a + b + 2) ? front * Fraction(x, a, b) / a : 1 - (front * Fraction(1 - x, b, a) / b);
    }

    private static double Fraction(double x, double a, double b)
    {
        const double Tiny = 1e-300;
        var c = 1.0;
        var d = 1 / Floor(1 - ((a + b) * x / (a + 1)));
        var value = d;
        for (var m = 1; m <= 10_000; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / Floor(1 + (even * d));
            c = Floor(1 + (even / c));
            value *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / Floor(1 + (odd * d));
            c = Floor(1 + (odd / c));
            var step = d * c;
            value *= step;
            if (Math.Abs(step - 1) < 1e-14)
            {
                break;
            }
        }

        return value;

        static double Floor(double number) => Math.Abs(number) < Tiny ? Tiny : number;
    }

    /// <summary>ln Γ(x), Lanczos with g = 7, n = 9; relative error below 1e-14 for x ≥ 0.5.</summary>
    private static double LogGamma(double x)
    {
        ReadOnlySpan<double> coefficients =
        [
            0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
            12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
        ];
        x -= 1;
        var sum = coefficients[0];
        for (var i = 1; i < coefficients.Length; i++)
        {
            sum += coefficients[i] / (x + i);
        }

        var t = x + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }
}
