using System.Text.Json;
using System.Text.Json.Nodes;
using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Configuration;

/// <summary>What a folder that is linked to a Vercel project says of it.</summary>
internal static class VercelScaffold
{
    /// <summary>The file that links a folder to a project.</summary>
    public static readonly string Link = Path.Combine(".vercel", "project.json");

    /// <summary>Whether a folder is a Vercel project's.</summary>
    public static bool IsProject(string folder) =>
        File.Exists(Path.Combine(folder, "vercel.json")) || File.Exists(Path.Combine(folder, Link));

    /// <summary>The platform section; what the link does not say is left to its defaults.</summary>
    public static JsonObject Platform(string folder, int mostBytes)
    {
        var vercel = new JsonObject();
        var link = ReadLink(Path.Combine(folder, Link), mostBytes);
        Set(nameof(VercelSettings.Project), "projectId", "prj_");
        // A personal scope's id begins otherwise and is no team.
        Set(nameof(VercelSettings.Team), "orgId", "team_");
        vercel[Setting.NameOf(nameof(VercelSettings.Token))] = new VercelSettings().Token;
        return new JsonObject
        {
            [Setting.NameOf(nameof(PlatformSettings.Type))] = PlatformSettings.VercelType,
            [Setting.NameOf(nameof(PlatformSettings.Vercel))] = vercel,
        };

        void Set(string setting, string property, string prefix)
        {
            if (link is not null && link.TryGetPropertyValue(property, out var value)
                && value is JsonValue text && text.TryGetValue<string>(out var id)
                && id.StartsWith(prefix, StringComparison.Ordinal) && id.Length <= 100
                && id.All(character => char.IsAsciiLetterOrDigit(character) || character == '_'))
            {
                vercel[Setting.NameOf(setting)] = id;
            }
        }
    }

    private static JsonObject? ReadLink(string path, int mostBytes)
    {
        try
        {
            return File.Exists(path) && new FileInfo(path).Length <= mostBytes
                ? JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject
                : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            // That it cannot be read is told where the project's name is looked for.
            return null;
        }
    }
}
