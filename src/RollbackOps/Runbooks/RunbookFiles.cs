using System.Text;

namespace RollbackOps.Runbooks;

/// <summary>The files that belong to a runbook, and their texts.</summary>
internal static class RunbookFiles
{
    private const int MaxLength = 32 << 20;

    private static readonly HashSet<string> s_skipped = new(StringComparer.OrdinalIgnoreCase) { "node_modules", "bin", "obj", "vendor", "dist" };

    private static readonly HashSet<string> s_written = new(StringComparer.OrdinalIgnoreCase) { ".md", ".markdown", ".txt" };

    /// <summary>
    /// The files of a folder that are looked at: Markdown and plain text, vercel.json, workflows of GitHub Actions.
    /// </summary>
    public static IEnumerable<string> In(string folder)
    {
        var pending = new Stack<string>([folder]);
        while (pending.TryPop(out var now))
        {
            foreach (var file in Directory.EnumerateFiles(now).Order(StringComparer.Ordinal))
            {
                if (s_written.Contains(Path.GetExtension(file)) || Path.GetFileName(file) == "vercel.json" || IsWorkflow(file))
                {
                    yield return file;
                }
            }

            // A link may lead back to where it lies.
            foreach (var inner in new DirectoryInfo(now).EnumerateDirectories().Where(inner => inner.LinkTarget is null)
                .OrderByDescending(inner => inner.Name, StringComparer.Ordinal))
            {
                if (!s_skipped.Contains(inner.Name) && (inner.Name[0] != '.' || inner.Name == ".github"))
                {
                    pending.Push(inner.FullName);
                }
            }
        }
    }

    /// <summary>A file's text; what is no UTF-8 in it becomes U+FFFD.</summary>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaxLength)
            {
                throw new RollbackOpsException(ErrorId.RunbookUnreadable,
                    $"'{Inert.Line(path)}' has {length >> 20} MiB; a runbook of more than {MaxLength >> 20} MiB is none.", "Name the runbook itself.", path);
            }

            var text = await File.ReadAllTextAsync(path, Encoding.UTF8, cancellationToken);
            return text.TrimStart('\ufeff');
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.RunbookUnreadable,
                $"'{Inert.Line(path)}' cannot be read: {Inert.Line(failure.Message)}", "Check the path and its rights.", path, failure);
        }
    }

    /// <summary>The scripts of the nearest package.json, from a file's folder up to the root of its repository.</summary>
    public static async Task<PackageScripts?> FindScriptsAsync(string file, CancellationToken cancellationToken)
    {
        for (var folder = Path.GetDirectoryName(file); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var package = Path.Combine(folder, "package.json");
            if (File.Exists(package))
            {
                return PackageScripts.Of(package, await ReadAsync(package, cancellationToken));
            }

            if (Path.Exists(Path.Combine(folder, ".git")))
            {
                break;
            }
        }

        return null;
    }

    /// <summary>The root of the repository that a folder lies in; the folder itself where it lies in none.</summary>
    public static string RepositoryRoot(string folder)
    {
        for (var now = folder; now is not null; now = Path.GetDirectoryName(now))
        {
            if (Path.Exists(Path.Combine(now, ".git")))
            {
                return now;
            }
        }

        return folder;
    }

    private static bool IsWorkflow(string file) => Path.GetExtension(file) is ".yml" or ".yaml"
        && Path.GetFileName(Path.GetDirectoryName(file)) == "workflows";
}
