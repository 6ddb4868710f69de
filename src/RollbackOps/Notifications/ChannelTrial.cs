namespace RollbackOps.Notifications;

/// <summary>What a channel said to a dry run: nothing was sent, and nobody was rung.</summary>
public sealed record ChannelTrial
{
    internal ChannelTrial()
    {
    }

    /// <summary>
    /// Whether it would take a message; null where it was reached, and whether it takes one cannot be told without sending it.
    /// </summary>
    public required bool? IsAccepted { get; init; }

    /// <summary>What was seen, as a sentence without its end.</summary>
    public required string Detail { get; init; }

    /// <summary>What to do about it, or null.</summary>
    public string? NextStep { get; init; }
}
