using System.Text.Json;
using Octokit.Internal;
using RollbackOps.Adapters.Resilience;

namespace RollbackOps.Adapters.GitHub;

/// <summary>
/// Reads and writes with generated code. Octokit's own reader throws at what GitHub really sends: a null
/// <c>check_suite_id</c>, a text as a deployment's payload.
/// </summary>
internal sealed class GitHubSerializer : IJsonSerializer
{
    public string Serialize(object item) => JsonSerializer.Serialize(item, item.GetType(), GitHubJson.Default);

    public T Deserialize<T>(string json)
    {
        try
        {
            return (T)(JsonSerializer.Deserialize(json, typeof(T), GitHubJson.Default)
                ?? throw new BadAnswerException("the answer is empty"));
        }
        catch (JsonException unreadable)
        {
            throw new BadAnswerException($"the answer is not what the API gives: {unreadable.Message}", unreadable);
        }
    }
}
