namespace RollbackOps.Drills;

/// <summary>What is asked of a drill.</summary>
internal sealed record DrillRequest
{
    public required DrillScenario Scenario { get; init; }

    /// <summary>The folder to lay out, absolute; null for one of the drill's own, which is deleted at the end.</summary>
    public string? Folder { get; init; }

    public double TimeScale { get; init; } = 1;

    /// <summary>Whether a person acts, and the drill only times them.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>The faults to add to the platform and to our own process.</summary>
    public IReadOnlyList<DrillChaosKind> Chaos { get; init; } = [];

    /// <summary>The program and its first arguments that run a script with the module; null where this host has none.</summary>
    public DrillHost? Host { get; init; }

    public required string Owner { get; init; }

    public string? Version { get; init; }
}
