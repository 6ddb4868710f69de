using System.Text.Json;

namespace RollbackOps.Runbooks;

/// <summary>The scripts that a <c>package.json</c> has.</summary>
internal sealed class PackageScripts
{
    private static readonly JsonDocumentOptions s_lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly HashSet<string> _names;

    private PackageScripts(string path, HashSet<string> names)
    {
        Path = path;
        _names = names;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Whether there is such a script.</summary>
    public bool Has(string name) => _names.Contains(name);

    /// <summary>The scripts of a file's text; null where it is no package.</summary>
    public static PackageScripts? Of(string path, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, s_lenient);
            return document.RootElement.ValueKind != JsonValueKind.Object ? null
                : new PackageScripts(path, document.RootElement.TryGetProperty("scripts", out var scripts) && scripts.ValueKind == JsonValueKind.Object
                    ? [.. scripts.EnumerateObject().Select(script => script.Name)]
                    : []);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
