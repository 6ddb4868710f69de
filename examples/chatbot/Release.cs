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
