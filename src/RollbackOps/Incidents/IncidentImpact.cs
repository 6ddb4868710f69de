using System.Text.Json.Serialization;

namespace RollbackOps.Incidents;

/// <summary>What an incident did, as far as it was measured (S39); what was not measured is null.</summary>
public sealed record IncidentImpact
{
    [JsonConstructor]
    internal IncidentImpact()
    {
    }

    /// <summary>The first bad minute, UTC: the first since the deployment with at least <see cref="ErrorThresholdPercent"/> errors.</summary>
    public DateTimeOffset? BeganAt { get; init; }

    /// <summary>When the service was seen well again, UTC.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The error rate from which on a minute counts as bad, in percent: the policy's of the assess tier.</summary>
    public required double ErrorThresholdPercent { get; init; }

    /// <summary>The minutes with at least that error rate, from the first on.</summary>
    public int? ErrorMinutes { get; init; }

    /// <summary>Requests that failed from the first bad minute on.</summary>
    public long? FailedRequests { get; init; }

    /// <summary>Requests that were slow from the first bad minute on; null where answers are not timed.</summary>
    public long? SlowRequests { get; init; }

    /// <summary>Requests from the first bad minute on.</summary>
    public long? Requests { get; init; }

    /// <summary>The worst minute's error rate, in percent.</summary>
    public double? PeakErrorRatePercent { get; init; }

    /// <summary>Detection, decision, mitigation, recovery, and the whole.</summary>
    public required IReadOnlyList<IncidentPhase> Phases { get; init; }

    /// <summary>What the numbers rest on, and what they lack.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The impact in one line.</summary>
    public override string ToString() => ErrorMinutes is { } minutes
        ? $"{minutes} error-minutes, {FailedRequests} failed requests"
        : "not measured";
}
