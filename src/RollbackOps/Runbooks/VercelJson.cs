using System.Reflection;
using System.Text;
using System.Text.Json;

namespace RollbackOps.Runbooks;

/// <summary>Reads a <c>vercel.json</c>, or a block that a runbook shows of one, for what makes a deployment fail.</summary>
internal static class VercelJson
{
    private const int MaxDepth = 64;

    private const string Resource = "RollbackOps.Runbooks.VercelProperties.json";

    private static readonly Lazy<HashSet<string>> s_properties = new(ReadProperties);

    /// <summary>The properties that the file may have at its top, from the data that come with the module.</summary>
    public static IReadOnlySet<string> Properties => s_properties.Value;

    /// <summary>Adds what is to be said of it. Only a whole file that cannot be read is a finding of its own.</summary>
    public static void Judge(RunbookText text, FindingList findings, bool isWholeFile)
    {
        var bytes = Encoding.UTF8.GetBytes(text.Text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions
        {
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            MaxDepth = MaxDepth,
        });
        var found = new List<(string Name, int Start)>();
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
                {
                    found.Add((reader.GetString()!, (int)reader.TokenStartIndex));
                }
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            if (isWholeFile)
            {
                var line = (unreadable as JsonException)?.LineNumber is { } number ? (int)number + 1 : 1;
                findings.Add(RunbookRules.Get("vercel-json-unreadable"), (line, 1), "vercel.json", Reason(unreadable));
            }
        }

        foreach (var (name, start) in found)
        {
            var place = text.PlaceAt(Encoding.UTF8.GetCharCount(bytes, 0, start));
            if (name == "rollback")
            {
                findings.Add(RunbookRules.Get("vercel-json-rollback"), place, $"\"{name}\"");
            }
            else if (!Properties.Contains(name))
            {
                findings.Add(RunbookRules.Get("vercel-json-unknown-property"), place, $"\"{name}\"", name);
            }
        }
    }

    private static HashSet<string> ReadProperties()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty("properties").GetString()!.Split(' ')];
    }

    private static string Reason(Exception unreadable)
    {
        var end = unreadable.Message.IndexOf(" Path:", StringComparison.Ordinal);
        return end < 0 ? unreadable.Message : unreadable.Message[..end];
    }
}
