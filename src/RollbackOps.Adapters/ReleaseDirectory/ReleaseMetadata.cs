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
    private const int TimestampDigits = 14;

    /// <summary>The time in a folder's name, where it begins with one as Capistrano's do.</summary>
    public static DateTimeOffset? TimestampOf(ReadOnlySpan<char> id)
    {
        if (id.Length < TimestampDigits)
        {
            return null;
        }

        // By hand: a history of ten thousand is ordered by these before its first object is given.
        Span<int> digits = stackalloc int[TimestampDigits];
        for (var i = 0; i < TimestampDigits; i++)
        {
            digits[i] = id[i] - '0';
            if (digits[i] is < 0 or > 9)
            {
                return null;
            }
        }

        var (year, month, day) = ((digits[0] * 1000) + (digits[1] * 100) + (digits[2] * 10) + digits[3],
            (digits[4] * 10) + digits[5], (digits[6] * 10) + digits[7]);
        var (hour, minute, second) = ((digits[8] * 10) + digits[9], (digits[10] * 10) + digits[11], (digits[12] * 10) + digits[13]);
        return year >= 1970 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            && hour < 24 && minute < 60 && second < 60
            ? new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero)
            : null;
    }

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
            Schema = SchemaRange.Of(Text(root, "schemaMin"), Text(root, "schemaMax")),
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
