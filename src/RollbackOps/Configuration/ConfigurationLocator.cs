using System.Security;

namespace RollbackOps.Configuration;

/// <summary>Finds the configuration, or the release directory that needs none.</summary>
internal static class ConfigurationLocator
{
    private const string Releases = "releases";
    private const string Current = "current";

    // A configuration of this size is something else.
    private const int MostBytes = 1024 * 1024;

    // What a release directory holds beside releases/ before anything was switched live.
    private static readonly HashSet<string> s_usual =
        new(StringComparer.Ordinal) { Releases, Current, "shared", "repo", "log", "logs", "tmp", "revisions.log", "reports" };

    /// <summary>The nearest configuration file at or above a folder, or null.</summary>
    public static string? FindFile(string folder) => Upwards(folder)
        .Select(one => Path.Combine(one, RollbackConfiguration.FileName))
        .FirstOrDefault(File.Exists);

    /// <summary>The nearest release directory at or above a folder, or null.</summary>
    public static string? FindReleaseDirectory(string folder) => Upwards(folder).FirstOrDefault(IsReleaseDirectory);

    /// <summary>Whether a folder is laid out as a release directory.</summary>
    public static bool IsReleaseDirectory(string folder)
    {
        if (!Directory.Exists(Path.Combine(folder, Releases)))
        {
            return false;
        }

        // The link may dangle; that is the platform's business to report, and still a release directory.
        var current = new FileInfo(Path.Combine(folder, Current));
        if (current.LinkTarget is not null || Directory.Exists(current.FullName))
        {
            return true;
        }

        // "releases" is also a common name for other things: without the link, nothing else may speak against it.
        try
        {
            return Directory.EnumerateFileSystemEntries(folder)
                .Select(entry => Path.GetFileName(entry))
                .All(name => name.StartsWith('.') || s_usual.Contains(name));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The bytes of a configuration file.</summary>
    public static byte[] ReadFile(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (stream.Length > MostBytes)
            {
                throw new RollbackOpsException(
                    ErrorId.ConfigurationUnreadable,
                    $"The configuration {file} has {stream.Length:N0} bytes; a configuration has at most {MostBytes:N0}.",
                    "Check that the path names the right file.",
                    file);
            }

            // A device or pipe has no length; what it gives is bounded all the same. A file's length is enough for it:
            // the bound's megabyte, thrown away by every command, would be most of what there is to collect.
            var bytes = new byte[(stream.Length > 0 ? stream.Length : MostBytes) + 1];
            var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return bytes[..count];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RollbackOpsException(
                ErrorId.ConfigurationNotFound,
                $"There is no configuration {file}.",
                "Check the path, or write a configuration with New-RollbackConfiguration.",
                file,
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SecurityException
            or NotSupportedException)
        {
            throw new RollbackOpsException(
                ErrorId.ConfigurationUnreadable,
                $"The configuration {file} cannot be read: {exception.Message}",
                "Check that it is a file and that you may read it.",
                file,
                exception);
        }
    }

    private static IEnumerable<string> Upwards(string folder)
    {
        for (var one = Path.GetFullPath(folder); one is not null; one = Path.GetDirectoryName(one))
        {
            yield return one;
        }
    }
}
