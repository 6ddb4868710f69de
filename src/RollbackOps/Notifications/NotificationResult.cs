namespace RollbackOps.Notifications;

/// <summary>How it stands with a channel.</summary>
public enum NotificationStatus
{
    /// <summary>Everything is there.</summary>
    Delivered,

    /// <summary>Something is not there yet; it is queued, and the next command goes on.</summary>
    Queued,

    /// <summary>The channel will never take a message; it is kept in the outbox.</summary>
    Refused,

    /// <summary>The channel has no place for it: it never rings for progress, or was left out.</summary>
    NotApplicable,

    /// <summary>With -WhatIf: this would be sent.</summary>
    WouldSend,
}

/// <summary>What became of the messages to one channel.</summary>
public sealed record NotificationResult
{
    internal NotificationResult()
    {
    }

    /// <summary>The channel's name.</summary>
    public required string Channel { get; init; }

    /// <summary>What sort of channel it is.</summary>
    public required ChannelKind Kind { get; init; }

    /// <summary>Where it leads; holds no secret.</summary>
    public required string Place { get; init; }

    /// <summary>How it stands.</summary>
    public required NotificationStatus Status { get; init; }

    /// <summary>The messages that arrived.</summary>
    public IReadOnlyList<string> Delivered { get; init; } = [];

    /// <summary>Those among them that may have been there before, and say so.</summary>
    public IReadOnlyList<string> Repeated { get; init; } = [];

    /// <summary>The messages that a later one stands for.</summary>
    public IReadOnlyList<string> Overtaken { get; init; } = [];

    /// <summary>The messages that are still queued.</summary>
    public IReadOnlyList<string> Queued { get; init; } = [];

    /// <summary>The messages that the channel will never take.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>What went wrong, or what would be sent; null for nothing.</summary>
    public string? Message { get; init; }

    /// <summary>What to do next, or null.</summary>
    public string? NextStep { get; init; }

    /// <summary>Channel and status.</summary>
    public override string ToString() => $"{Channel}: {Status}";
}
