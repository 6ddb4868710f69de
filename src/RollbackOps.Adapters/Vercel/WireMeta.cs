using System.Text.Json;
using System.Text.Json.Serialization;

namespace RollbackOps.Adapters.Vercel;

/// <summary>What a deployment's metadata say of its commit, whichever git host it came from: <c>githubCommitSha</c>, <c>gitlabCommitSha</c>, …</summary>
[JsonConverter(typeof(WireMetaConverter))]
internal sealed record WireMeta
{
    public string? CommitSha { get; init; }

    public string? CommitMessage { get; init; }

    public string? CommitAuthorName { get; init; }

    public string? CommitAuthorLogin { get; init; }

    public string? CommitRef { get; init; }

    /// <summary>The range of the database's schema that the deployment declares (S28).</summary>
    public string? SchemaMin { get; init; }

    public string? SchemaMax { get; init; }
}

/// <summary>
/// Keeps the few texts that count and skips the rest unread: a history has ten thousand of these, with dozens of keys
/// each, of any name and kind.
/// </summary>
internal sealed class WireMetaConverter : JsonConverter<WireMeta>
{
    private static readonly string[] s_names =
        [nameof(WireMeta.CommitSha), nameof(WireMeta.CommitMessage), nameof(WireMeta.CommitAuthorName), nameof(WireMeta.CommitAuthorLogin), nameof(WireMeta.CommitRef)];

    // Where two hosts are named, the first of these counts.
    private static readonly string[] s_hosts = ["github", "gitlab", "bitbucket", "git"];

    private static readonly byte[][] s_schema = ["schemaMin"u8.ToArray(), "schemaMax"u8.ToArray()];

    private static readonly byte[][] s_keys =
        [.. s_names.SelectMany(name => s_hosts, (name, host) => System.Text.Encoding.UTF8.GetBytes(host + name)), .. s_schema];

    public override WireMeta Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("It is no object.");
        }

        var found = new string?[s_keys.Length];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = KeyAt(ref reader);
            reader.Read();
            if (key >= 0)
            {
                found[key] = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }

            reader.Skip();
        }

        return new WireMeta
        {
            CommitSha = First(found, 0),
            CommitMessage = First(found, 1),
            CommitAuthorName = First(found, 2),
            CommitAuthorLogin = First(found, 3),
            CommitRef = First(found, 4),
            SchemaMin = found[^2],
            SchemaMax = found[^1],
        };
    }

    public override void Write(Utf8JsonWriter writer, WireMeta value, JsonSerializerOptions options) =>
        throw new NotSupportedException("It is only read.");

    private static int KeyAt(ref Utf8JsonReader reader)
    {
        for (var key = 0; key < s_keys.Length; key++)
        {
            if (reader.ValueTextEquals(s_keys[key]))
            {
                return key;
            }
        }

        return -1;
    }

    private static string? First(string?[] found, int name)
    {
        foreach (var text in found.AsSpan(name * s_hosts.Length, s_hosts.Length))
        {
            if (text is { Length: > 0 })
            {
                return text;
            }
        }

        return null;
    }
}
