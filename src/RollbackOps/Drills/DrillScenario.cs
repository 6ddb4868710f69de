namespace RollbackOps.Drills;

/// <summary>What a drill rehearses: what goes wrong, how it shows, and by when it is to be over.</summary>
public sealed record DrillScenario
{
    internal DrillScenario()
    {
    }

    /// <summary>Its name, which <c>Start-RollbackDrill</c> takes.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>What goes wrong, in a sentence.</summary>
    public string Situation { get; init; } = string.Empty;

    /// <summary>Where the scenario and its times are from.</summary>
    public string Source { get; init; } = string.Empty;

    /// <summary>The file it was read from; null for one that comes with the module.</summary>
    public string? File { get; init; }

    /// <summary>The users.</summary>
    public DrillTraffic Traffic { get; init; } = new();

    /// <summary>What is wrong with the release that is deployed.</summary>
    public DrillFault Fault { get; init; } = new();

    /// <summary>What shows it.</summary>
    public DrillSignal Signal { get; init; }

    /// <summary>Who decides.</summary>
    public DrillDecision Decision { get; init; }

    /// <summary>Whether the database is restored from the backup after the rollback.</summary>
    public bool RestoresDatabase { get; init; }

    /// <summary>How long all is well before the release is deployed. Default 20 s.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>After how long the drill is given up, counted from the deployment. Default 20 min.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>By when each mark is to be reached.</summary>
    public DrillLimits Expected { get; init; } = new();

    /// <summary>The scenario in one line.</summary>
    public override string ToString() => $"{Name}: {Situation}";
}
