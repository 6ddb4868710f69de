using System.Text.Json.Serialization;
using RollbackOps.Notifications;

namespace RollbackOps.Adapters.Webhook;

/// <summary>What a webhook is sent.</summary>
internal sealed record WebhookBody
{
    /// <summary>The message's number: the same in a repeat.</summary>
    public required string Id { get; init; }

    /// <summary>Which attempt it is.</summary>
    public required int Attempt { get; init; }

    /// <summary>Whether it may have arrived before.</summary>
    public required bool IsRepeat { get; init; }

    public required Notification Notification { get; init; }

    /// <summary>The earlier messages that it stands for.</summary>
    public IReadOnlyList<Notification> StandsFor { get; init; } = [];
}

/// <summary>Its written form, generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WebhookBody))]
internal sealed partial class WebhookJson : JsonSerializerContext;
