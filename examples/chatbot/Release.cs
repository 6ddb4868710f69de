using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chatbot;

/// <summary>What a release says of itself in <c>release.json</c>.</summary>
internal sealed record Release(
    string Id,
    string Commit,
    string Subject,
    string Author,
    string Branch,
    DateTimeOffset CreatedAt,
    string State,
    string? Error)
{
    public const string FileName = "release.json";
}

/// <summary>How a release behaves, in <c>behaviour.json</c>.</summary>
internal sealed record Behaviour(int HealthStatus, int ChatStatus, int DelayMilliseconds, string Greeting)
{
    public const string FileName = "behaviour.json";
}

/// <summary>What is running, in <c>shared/chatbot.json</c>.</summary>
internal sealed record Running(int ProcessId, DateTimeOffset StartedAt, int Port);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Release))]
[JsonSerializable(typeof(Behaviour))]
[JsonSerializable(typeof(Running))]
internal sealed partial class Json : JsonSerializerContext
{
    public static T? Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class => File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), type) : null;
}
