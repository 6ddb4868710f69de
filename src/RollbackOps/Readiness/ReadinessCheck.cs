using System.Text.Json.Serialization;

namespace RollbackOps.Readiness;

/// <summary>One thing that a rollback will need, as it was found.</summary>
public sealed record ReadinessCheck
{
    [JsonConstructor]
    internal ReadinessCheck()
    {
    }

    /// <summary>The check's name, for example <c>candidate</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What part of a rollback it is about.</summary>
    public required ReadinessArea Area { get; init; }

    /// <summary>How it stands.</summary>
    public required ReadinessStatus Status { get; init; }

    /// <summary>What was found; holds no secret (S40).</summary>
    public required string Observed { get; init; }

    /// <summary>What has to be found.</summary>
    public required string Expected { get; init; }

    /// <summary>How to mend it: what to type or do; null where nothing is to be mended.</summary>
    public string? NextStep { get; init; }

    /// <summary>How long it took to find out.</summary>
    public required TimeSpan Took { get; init; }

    /// <summary>The project; null where no configuration could be read.</summary>
    public string? Project { get; init; }

    /// <summary>The environment; null where no configuration could be read.</summary>
    public string? Environment { get; init; }

    /// <summary>Whether a rollback may count on it: what failed or was not told is not; a warning is no obstacle.</summary>
    public bool IsReady => Status is not (ReadinessStatus.Failed or ReadinessStatus.NotTold);

    /// <summary>The check in one line.</summary>
    public override string ToString() => $"{Name}: {Status}: {Observed}";
}
