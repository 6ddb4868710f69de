namespace RollbackOps.Decisions;

/// <summary>A rate that evidence is gathered against, and the higher rates it is compared with (decisions.md §3).</summary>
internal sealed class EvidenceNull
{
    private static readonly EvidenceNull s_five = new(0.05, [0.065, 0.08, 0.12, 0.20, 0.40, 0.80]);
    private static readonly EvidenceNull s_two = new(0.02, [0.03, 0.05, 0.08, 0.15, 0.30, 0.70]);
    private static readonly EvidenceNull s_half = new(0.005, [0.0075, 0.012, 0.02, 0.05, 0.15, 0.50]);

    private EvidenceNull(double rate, double[] alternatives)
    {
        Rate = rate;
        Alternatives = alternatives;
    }

    /// <summary>p0, as a fraction.</summary>
    public double Rate { get; }

    /// <summary>q, as fractions above p0; each weighs the same.</summary>
    public double[] Alternatives { get; }

    /// <summary>The immediate tier's threshold as the null; 5 % by default.</summary>
    public static EvidenceNull Immediate(double rate) => Like(s_five, rate);

    /// <summary>The assess tier's; 2 % by default.</summary>
    public static EvidenceNull Assess(double rate) => Like(s_two, rate);

    /// <summary>The monitor tier's; 0.5 % by default.</summary>
    public static EvidenceNull Monitor(double rate) => Like(s_half, rate);

    /// <summary>
    /// The assess tier's null raised to what the deployment before may have had, at a distance from 1 like the written
    /// alternatives.
    /// </summary>
    /// <param name="rate">The tier's own threshold.</param>
    /// <param name="bound">The upper bound of the rate before.</param>
    public static EvidenceNull Raised(double rate, double bound)
    {
        if (bound <= rate)
        {
            return Assess(rate);
        }

        ReadOnlySpan<double> steps = [0.01, 0.03, 0.06, 0.13, 0.29, 0.69];
        var alternatives = new double[steps.Length];
        for (var i = 0; i < steps.Length; i++)
        {
            alternatives[i] = bound + ((1 - bound) * steps[i]);
        }

        return new EvidenceNull(bound, alternatives);
    }

    /// <summary>A written row, or for another threshold alternatives that lie alike between it and 1.</summary>
    private static EvidenceNull Like(EvidenceNull written, double rate) => rate == written.Rate
        ? written
        : new EvidenceNull(rate, [.. written.Alternatives.Select(q => rate + ((1 - rate) * (q - written.Rate) / (1 - written.Rate)))]);
}
