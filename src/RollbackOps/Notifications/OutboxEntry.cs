using System.Text.Json.Serialization;

namespace RollbackOps.Notifications;

/// <summary>How far the delivery of a message to one channel is.</summary>
internal enum DeliveryState
{
    /// <summary>Not there yet.</summary>
    Queued,

    /// <summary>It arrived.</summary>
    Delivered,

    /// <summary>A later message stands for it.</summary>
    Overtaken,

    /// <summary>The channel has no place for it.</summary>
    NotTaken,

    /// <summary>The channel will never take it.</summary>
    Refused,
}

/// <summary>The delivery of a message to one channel.</summary>
internal sealed record Delivery
{
    public DeliveryState State { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>Whether an attempt may have arrived.</summary>
    public bool MayHaveArrived { get; init; }

    /// <summary>Why the last attempt failed, or null.</summary>
    public string? Failure { get; init; }

    /// <summary>What to do about it, or null.</summary>
    public string? NextStep { get; init; }

    [JsonIgnore]
    public bool IsEnded => State != DeliveryState.Queued;
}

/// <summary>A queued message with the state of its deliveries: one file of the outbox.</summary>
internal sealed record OutboxEntry
{
    public required Notification Notification { get; init; }

    /// <summary>The channels it is for, or null for all.</summary>
    public IReadOnlyList<string>? Channels { get; init; }

    public IReadOnlyDictionary<string, Delivery> Deliveries { get; init; } = new Dictionary<string, Delivery>();

    /// <summary>The name of its file: they sort by time.</summary>
    [JsonIgnore]
    public string Name => $"{Notification.At.UtcTicks:D19}-{Notification.Id}{Suffix}";

    public const string Suffix = ".message.json";

    public bool IsFor(string channel) => Channels is null || Channels.Contains(channel, StringComparer.OrdinalIgnoreCase);

    public Delivery To(string channel) => Deliveries.GetValueOrDefault(channel) ?? new Delivery();

    public OutboxEntry With(string channel, Delivery delivery) =>
        this with { Deliveries = new Dictionary<string, Delivery>(Deliveries, StringComparer.Ordinal) { [channel] = delivery } };
}

/// <summary>What the channels call a thread.</summary>
internal sealed record ThreadReferences
{
    public required string Thread { get; init; }

    public required DateTimeOffset At { get; init; }

    public IReadOnlyDictionary<string, string> Channels { get; init; } = new Dictionary<string, string>();
}

/// <summary>Up to which record the journal's news are queued.</summary>
/// <param name="Record">The record's number.</param>
internal sealed record JournalCursor(long Record);

/// <summary>The written form of the outbox.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OutboxEntry))]
[JsonSerializable(typeof(ThreadReferences))]
[JsonSerializable(typeof(JournalCursor))]
internal sealed partial class NotificationJson : JsonSerializerContext;
