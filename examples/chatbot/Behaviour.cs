namespace Chatbot;

/// <summary>How a release behaves, in <c>behaviour.json</c>.</summary>
internal sealed record Behaviour(int HealthStatus, int ChatStatus, int DelayMilliseconds, string Greeting)
{
    public const string FileName = "behaviour.json";

    /// <summary>What a release does that says nothing of it.</summary>
    public static Behaviour Healthy { get; } = new(200, 200, 0, "Hello!");
}
