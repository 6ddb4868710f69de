namespace Chatbot;

/// <summary>One deployment of the sample's past.</summary>
/// <param name="Age">How long ago it was.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="Subject">What its commit says.</param>
/// <param name="ChangedFile">The file its commit adds.</param>
/// <param name="Behaviour">How it behaves.</param>
/// <param name="Error">Why it failed to build, or null.</param>
internal sealed record Sample(
    TimeSpan Age, string Author, string Subject, string ChangedFile, Behaviour Behaviour, string? Error = null)
{
    /// <summary>
    /// Three good releases, so that a second rollback has somewhere to go too, then one that failed to build, and a
    /// broken one that is live. The only migration lies before all that a rollback takes back.
    /// </summary>
    public static IReadOnlyList<Sample> History { get; } =
    [
        new(TimeSpan.FromDays(9), "Ada", "✅ PROD: answer messages over HTTP", "migrations/001_conversations.sql",
            new Behaviour(200, 200, 0, "Hello!")),
        new(TimeSpan.FromDays(6), "Grace", "✅ PROD: remember the conversation", "src/memory.txt",
            new Behaviour(200, 200, 5, "Welcome back!")),
        new(TimeSpan.FromDays(3), "Ada", "✅ PROD: faster answers", "src/cache.txt",
            new Behaviour(200, 200, 0, "Hello again!")),
        new(TimeSpan.FromHours(2), "Grace", "PROD: new model client", "src/model-client.txt",
            new Behaviour(500, 500, 0, string.Empty), "the type 'ModelClient' could not be found"),
        // Every answer fails: a lucky one among them would make the sample's verdict a matter of chance.
        new(TimeSpan.FromMinutes(10), "Grace", "PROD: new model client, builds again", "src/model-client-settings.txt",
            new Behaviour(500, 500, 400, string.Empty)),
    ];
}
