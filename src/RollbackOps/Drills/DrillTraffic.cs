namespace RollbackOps.Drills;

/// <summary>The users of a drill's service.</summary>
public sealed record DrillTraffic
{
    internal DrillTraffic()
    {
    }

    /// <summary>How many requests they make in a minute. Default 120.</summary>
    public int RequestsPerMinute { get; init; } = 120;

    /// <summary>How many they are. Default 50.</summary>
    public int Clients { get; init; } = 50;

    /// <summary>The part of their requests that write to the database, in percent; the others read what was written. Default 20.</summary>
    public double WritePercent { get; init; } = 20;
}
