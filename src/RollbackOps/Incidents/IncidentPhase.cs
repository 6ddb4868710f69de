using System.Globalization;
using System.Text.Json.Serialization;

namespace RollbackOps.Incidents;

/// <summary>A stretch of an incident, between two moments that were measured.</summary>
public sealed record IncidentPhase
{
    [JsonConstructor]
    internal IncidentPhase()
    {
    }

    /// <summary>What it is: detection, decision, mitigation, recovery.</summary>
    public required string Name { get; init; }

    /// <summary>Its begin, UTC; null where there is no evidence of it.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Its end, UTC; null where there is no evidence of it.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>How long it took; null where it was not measured.</summary>
    public TimeSpan? Duration => From is { } from && To is { } to && to >= from ? to - from : null;

    /// <summary>From what to what it was measured, or what is missing for that.</summary>
    public required string Detail { get; init; }

    /// <summary>The phase in one line.</summary>
    public override string ToString() => Duration is { } duration
        ? string.Create(CultureInfo.InvariantCulture, $"{Name}: {duration.TotalSeconds:0.0} s")
        : $"{Name}: not measured";
}
