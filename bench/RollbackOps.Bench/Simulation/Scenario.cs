namespace RollbackOps.Bench.Simulation;

/// <summary>How simulated traffic behaves; all rates are fractions.</summary>
internal sealed record Scenario
{
    /// <summary>Its name in the table.</summary>
    public required string Name { get; init; }

    /// <summary>The error rate while all is well.</summary>
    public double Healthy { get; init; } = 0.005;

    /// <summary>The error rate from the onset on; null for none.</summary>
    public double? Bad { get; init; }

    /// <summary>Healthy hours before the onset.</summary>
    public int HoursBefore { get; init; }

    /// <summary>How long the bad time lasts, in cells of 10 s; to the end by default.</summary>
    public int BadCells { get; init; } = int.MaxValue;

    /// <summary>Whether one minute in ten has five times the others' volume; the mean stays.</summary>
    public bool IsBursty { get; init; }

    /// <summary>The correlation of requests in a minute: its rate is beta distributed around the healthy one.</summary>
    public double Correlation { get; init; }

    /// <summary>Whether one client more fails six times a minute for 20 minutes of the hour.</summary>
    public bool HasRetryingClient { get; init; }

    /// <summary>The share of minutes that are bad.</summary>
    public double BadMinutes { get; init; }

    /// <summary>The error rate of such a minute.</summary>
    public double BadMinuteRate { get; init; }
}
