using System.Globalization;
using System.Text.Json.Serialization;
using RollbackOps.Decisions;

namespace RollbackOps.Incidents;

/// <summary>What the errors before and after a rollback say of it (S26).</summary>
public enum Improvement
{
    /// <summary>Too few requests were measured to tell.</summary>
    Unverified,

    /// <summary>The error rate fell.</summary>
    Improved,

    /// <summary>It did not fall: the deployment is likely not the cause.</summary>
    NoImprovement,
}

/// <summary>
/// Errors before and after a rollback, compared by the conditional binomial test at 95 % (S26): of all errors, as many
/// belong after as there are requests after, if nothing changed.
/// </summary>
public sealed record BeforeAfter
{
    private const double Confidence = 0.95;

    [JsonConstructor]
    internal BeforeAfter()
    {
    }

    /// <summary>Begin of the time before, UTC.</summary>
    public required DateTimeOffset BeforeFrom { get; init; }

    /// <summary>End of the time before, UTC.</summary>
    public required DateTimeOffset BeforeTo { get; init; }

    /// <summary>Requests before.</summary>
    public required long BeforeRequests { get; init; }

    /// <summary>Errors before.</summary>
    public required long BeforeErrors { get; init; }

    /// <summary>Begin of the time after, UTC.</summary>
    public required DateTimeOffset AfterFrom { get; init; }

    /// <summary>End of the time after, UTC.</summary>
    public required DateTimeOffset AfterTo { get; init; }

    /// <summary>Requests after.</summary>
    public required long AfterRequests { get; init; }

    /// <summary>Errors after.</summary>
    public required long AfterErrors { get; init; }

    /// <summary>The error rate before, in percent.</summary>
    public double? BeforePercent => BeforeRequests == 0 ? null : 100.0 * BeforeErrors / BeforeRequests;

    /// <summary>The error rate after, in percent.</summary>
    public double? AfterPercent => AfterRequests == 0 ? null : 100.0 * AfterErrors / AfterRequests;

    /// <summary>The chance of so few errors after if nothing had changed; null without an error or a request.</summary>
    public double? Chance => BeforeErrors + AfterErrors == 0 || BeforeRequests == 0 || AfterRequests == 0
        ? null
        : ChanceOf(AfterErrors);

    /// <summary>What that says.</summary>
    public Improvement Outcome => Chance is not { } chance ? Improvement.Unverified
        : chance <= 1 - Confidence ? Improvement.Improved
        : CouldTellHalf ? Improvement.NoImprovement
        : Improvement.Unverified;

    /// <summary>The comparison in a sentence.</summary>
    public string Detail => string.Create(CultureInfo.InvariantCulture,
        $"{BeforeErrors} of {BeforeRequests} requests failed before ({BeforePercent:0.##} %), {AfterErrors} of {AfterRequests} after ({AfterPercent:0.##} %). {Told}");

    /// <summary>The comparison in one line.</summary>
    public override string ToString() => $"{Outcome}: {Detail}";

    private string Told => Outcome switch
    {
        Improvement.Improved => Chance < 0.00001
            ? "So few would be chance in fewer than one of 100,000 cases: the rollback helped."
            : string.Create(CultureInfo.InvariantCulture, $"So few would be chance in {100 * Chance:0.###} % of cases: the rollback helped."),
        Improvement.NoImprovement =>
            "There is no improvement: the deployment is likely not the cause. Escalate, and do not roll back further.",
        _ => "That is too little to tell whether the rollback helped.",
    };

    /// <summary>Whether a rate that fell to the half would have shown: without that, no change means nothing.</summary>
    private bool CouldTellHalf =>
        BeforeErrors > 0 && ChanceOf((long)Math.Round(0.5 * BeforeErrors / BeforeRequests * AfterRequests)) <= 1 - Confidence;

    /// <summary>P[Bin(errors in all, share of requests after) ≤ errors after].</summary>
    private double ChanceOf(long after) =>
        Binomial.AtMost(after, BeforeErrors + after, (double)AfterRequests / (BeforeRequests + AfterRequests));
}
