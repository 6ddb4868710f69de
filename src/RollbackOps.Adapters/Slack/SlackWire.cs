using System.Text.Json;
using System.Text.Json.Serialization;

namespace RollbackOps.Adapters.Slack;

/// <summary>What the Web API answers, as far as it is read.</summary>
internal sealed record SlackAnswer
{
    public bool? Ok { get; init; }

    public string? Error { get; init; }

    public string? Channel { get; init; }

    public string? Ts { get; init; }

    public IReadOnlyList<SlackWireMessage>? Messages { get; init; }

    public SlackWireMessage? Message { get; init; }

    [JsonPropertyName("has_more")]
    public bool HasMore { get; init; }

    [JsonPropertyName("user_id")]
    public string? UserId { get; init; }

    [JsonPropertyName("response_metadata")]
    public SlackCursor? Page { get; init; }

    /// <summary>What the token may; null where the answer does not say.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? Scopes { get; init; }
}

/// <summary>Where the next page begins.</summary>
internal sealed record SlackCursor
{
    [JsonPropertyName("next_cursor")]
    public string? NextCursor { get; init; }
}

/// <summary>A message as Slack gives it.</summary>
internal sealed record SlackWireMessage
{
    public string? Ts { get; init; }

    public string? User { get; init; }

    public string? Text { get; init; }

    [JsonPropertyName("bot_id")]
    public string? BotId { get; init; }

    public string? Subtype { get; init; }

    public SlackWireMetadata? Metadata { get; init; }

    public IReadOnlyList<SlackReaction>? Reactions { get; init; }
}

/// <summary>A message's metadata.</summary>
internal sealed record SlackWireMetadata
{
    [JsonPropertyName("event_type")]
    public string? EventType { get; init; }

    [JsonPropertyName("event_payload")]
    public JsonElement? Payload { get; init; }

    /// <summary>A text of ours in it, or null.</summary>
    public string? Read(string name) => EventType == SlackMessage.EventType
        && Payload is { ValueKind: JsonValueKind.Object } payload && payload.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>A reaction, and whose.</summary>
internal sealed record SlackReaction
{
    public string? Name { get; init; }

    public IReadOnlyList<string>? Users { get; init; }
}

/// <summary>The written form, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SlackAnswer))]
internal sealed partial class SlackJson : JsonSerializerContext;
