using System.Text.Json.Serialization;

namespace RollbackOps.Rollbacks;

/// <summary>What only a person can say; it is asked for or supplied, and never assumed.</summary>
public enum HumanItem
{
    /// <summary>The team was notified.</summary>
    TeamNotified,

    /// <summary>What users say is positive.</summary>
    UserFeedback,

    /// <summary>The incident is resolved.</summary>
    IncidentResolved,

    /// <summary>The post-mortem is scheduled.</summary>
    PostMortemScheduled,
}

/// <summary>What a person said of an item.</summary>
public sealed record HumanAnswer
{
    [JsonConstructor]
    internal HumanAnswer()
    {
    }

    /// <summary>The item.</summary>
    public required HumanItem Item { get; init; }

    /// <summary>Whether it holds.</summary>
    public required bool Holds { get; init; }

    /// <summary>Who said so.</summary>
    public required string By { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
