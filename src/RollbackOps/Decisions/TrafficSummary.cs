using System.Globalization;
using System.Text.Json.Serialization;

namespace RollbackOps.Decisions;

/// <summary>The traffic that weighed most in a verdict, in numbers.</summary>
public sealed record TrafficSummary
{
    [JsonConstructor]
    internal TrafficSummary()
    {
    }

    /// <summary>The first moment counted, UTC.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The last moment counted, UTC.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Requests in that time.</summary>
    public required long Requests { get; init; }

    /// <summary>Errors among them.</summary>
    public required long Errors { get; init; }

    /// <summary>The error rate in percent.</summary>
    public required double RatePercent { get; init; }

    /// <summary>The exact one-sided 95 % lower bound, in percent.</summary>
    public required double LowerPercent { get; init; }

    /// <summary>The exact one-sided 95 % upper bound, in percent.</summary>
    public required double UpperPercent { get; init; }

    /// <summary>The evidence against the assess threshold, as the common logarithm of the odds; 2.3 is 200.</summary>
    public required double EvidenceLog10 { get; init; }

    /// <summary>The numbers in one line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{RatePercent:0.##} % ({Errors} of {Requests}), {LowerPercent:0.##} to {UpperPercent:0.##} % (90 %), evidence 10^{EvidenceLog10:0.0}");
}
