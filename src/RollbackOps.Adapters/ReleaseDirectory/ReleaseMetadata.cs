using System.Globalization;
using System.Text.Json;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.ReleaseDirectory;

/// <summary>
/// What a release folder says of itself: <c>release.json</c> where a deploy script wrote one, else Capistrano's
/// <c>REVISION</c> and the timestamp in the folder's name.
/// </summary>
internal static class ReleaseMetadata
{
    /// <summary>The file a deploy script may leave in a release.</summary>
    public const string FileName = "release.json";

    private const string RevisionFileName = "REVISION";
    private const string TimestampFormat = "yyyyMMddHHmmss";

    /// <summary>The time in a folder's name, where it begins with one as Capistrano's do.</summary>
    public static DateTimeOffset? TimestampOf(string id) =>
        id.Length >= TimestampFormat.Length
        && DateTimeOffset.TryParseExact(id.AsSpan(0, TimestampFormat.Length), TimestampFormat,
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : null;

    /// <summary>A release as a deployment; what cannot be read makes it <see cref="DeploymentState.Unknown"/>.</summary>
    public static Deployment Read(string folder, string id, string project, string environment)
    {
        var bare = new Deployment
        {
            Id = id,
            Project = project,
            Environment = environment,
            Platform = ReleaseDirectoryPlatform.PlatformName,
            State = DeploymentState.Ready,
            CreatedAt = TimestampOf(id) ?? Directory.GetCreationTimeUtc(folder),
        };
        try
        {
            // Opening tells more cheaply than asking first: most releases have the one file or the other.
            return Described(bare, File.ReadAllBytes(Path.Combine(folder, FileName)));
        }
        catch (FileNotFoundException)
        {
            return bare with { Commit = ReadRevision(folder) };
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException
            or FormatException or InvalidOperationException)
        {
            return bare with
            {
                State = DeploymentState.Unknown,
                Error = Inert.Line($"{FileName} cannot be read: {failure.Message}"),
            };
        }
    }

    private static Deployment Described(Deployment bare, byte[] json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { AllowTrailingCommas = true });
        var root = JsonElement.ParseValue(ref reader);
        return bare with
        {
            State = Text(root, "state") is { } state
                ? Enum.TryParse<DeploymentState>(state, ignoreCase: true, out var known) ? known : DeploymentState.Unknown
                : DeploymentState.Ready,
            CreatedAt = Text(root, "createdAt") is { } created
                ? DateTimeOffset.Parse(created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUniversalTime()
                : bare.CreatedAt,
            Commit = Text(root, "commit"),
            Subject = Text(root, "subject"),
            Author = Text(root, "author"),
            Branch = Text(root, "branch"),
            Error = Text(root, "error"),
        };
    }

    private static string? ReadRevision(string folder)
    {
        try
        {
            var revision = File.ReadAllText(Path.Combine(folder, RevisionFileName)).Trim();
            return revision.Length is >= 7 and <= 64 && revision.All(char.IsAsciiHexDigit) ? revision : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? Inert.Line(value.GetString())
            : null;
}
