namespace RollbackOps.Bench.Simulation;

/// <summary>Seeded random numbers, the same on every machine and framework (SplitMix64; Steele, Lea and Flood 2014).</summary>
internal struct Chance
{
    private ulong _state;

    public Chance(ulong seed) => _state = Mix(seed + 0x9E3779B97F4A7C15);

    /// <summary>One seed from several numbers.</summary>
    public static ulong Seed(params ReadOnlySpan<ulong> parts)
    {
        var seed = 0x243F6A8885A308D3UL;
        foreach (var part in parts)
        {
            seed = Mix(seed ^ Mix(part + 0x9E3779B97F4A7C15));
        }

        return seed;
    }

    /// <summary>Uniform between 0 and 1, neither included.</summary>
    public double Next() => ((Bits() >> 11) + 0.5) * (1.0 / (1UL << 53));

    /// <summary>Uniform from 0 to before a bound.</summary>
    public int Next(int bound) => (int)(((Bits() >> 32) * (ulong)bound) >> 32);

    /// <summary>Poisson: products of uniforms for small means (Knuth), a sum of halves for large ones.</summary>
    public int Poisson(double mean)
    {
        var count = 0;
        for (; mean > 30; mean -= 30)
        {
            count += Poisson(30);
        }

        var (product, limit) = (Next(), Math.Exp(-mean));
        while (product > limit)
        {
            count++;
            product *= Next();
        }

        return count;
    }

    /// <summary>Binomial, by the distances between events, which are geometric.</summary>
    public int Binomial(int trials, double rate)
    {
        // Below that, 1 - rate is 1 in floating point.
        if (rate <= 1e-12 || trials == 0)
        {
            return 0;
        }

        if (rate >= 1)
        {
            return trials;
        }

        if (rate > 0.5)
        {
            return trials - Binomial(trials, 1 - rate);
        }

        var (count, at, scale) = (0, 0.0, 1 / Math.Log(1 - rate));
        while (true)
        {
            at += Math.Floor(Math.Log(Next()) * scale) + 1;
            if (at > trials)
            {
                return count;
            }

            count++;
        }
    }

    /// <summary>Beta, from two gammas.</summary>
    public double Beta(double a, double b)
    {
        var (x, y) = (LogGamma(a), LogGamma(b));
        return 1 / (1 + Math.Exp(y - x));
    }

    /// <summary>ln of a gamma variable (Marsaglia and Tsang 2000); in logarithms, since small shapes underflow.</summary>
    private double LogGamma(double shape)
    {
        if (shape < 1)
        {
            var boost = Math.Log(Next()) / shape;
            return LogGamma(shape + 1) + boost;
        }

        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Normal();
            var v = 1 + (c * x);
            if (v <= 0)
            {
                continue;
            }

            v = v * v * v;
            if (Math.Log(Next()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return Math.Log(d * v);
            }
        }
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(Next())) * Math.Cos(2 * Math.PI * Next());

    private ulong Bits() => Mix(_state += 0x9E3779B97F4A7C15);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
