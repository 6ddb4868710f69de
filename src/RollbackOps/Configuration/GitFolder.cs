using System.Text.RegularExpressions;

namespace RollbackOps.Configuration;

/// <summary>
/// What a git repository's own files say about its remote and branch. Enough for a first configuration; no program is
/// run.
/// </summary>
internal sealed partial class GitFolder
{
    private const int MostBytes = 4 * 1024 * 1024;

    private readonly string _git;

    private GitFolder(string git, string workingCopy)
    {
        _git = git;
        WorkingCopy = workingCopy;
    }

    /// <summary>The working copy, relative to the folder that was asked for.</summary>
    public string WorkingCopy { get; }

    /// <summary>The remote that counts: <c>origin</c>, or the first one; null without any.</summary>
    public string? Remote { get; private set; }

    /// <summary>The remote's address without user and password, fit to be shown.</summary>
    public string? RemoteAddress { get; private set; }

    /// <summary>The production branch: the remote's default, else main or master, else the one checked out.</summary>
    public string? Branch { get; private set; }

    /// <summary>The repository's name on its remote.</summary>
    public string? RepositoryName { get; private set; }

    /// <summary>The repository that a folder belongs to, or null.</summary>
    public static GitFolder? Find(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (GitIn(at) is { } git)
            {
                var found = new GitFolder(git, Path.GetRelativePath(folder, at).Replace('\\', '/'));
                found.ReadRemote();
                found.ReadBranch();
                return found;
            }
        }

        return null;
    }

    private static string? GitIn(string folder)
    {
        var git = Path.Combine(folder, ".git");
        if (Directory.Exists(git))
        {
            return File.Exists(Path.Combine(git, "HEAD")) ? git : null;
        }

        // A linked working copy or a submodule: a file that says where the folder is.
        const string Pointer = "gitdir:";
        var text = Read(git);
        if (text is null || !text.StartsWith(Pointer, StringComparison.Ordinal))
        {
            return null;
        }

        var linked = Path.GetFullPath(text[Pointer.Length..].Trim(), folder);
        var common = Read(Path.Combine(linked, "commondir"))?.Trim();
        var found = common is null ? linked : Path.GetFullPath(common, linked);
        return Directory.Exists(found) ? found : null;
    }

    private void ReadRemote()
    {
        string? section = null;
        var remotes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in (Read(Path.Combine(_git, "config")) ?? string.Empty).Split('\n'))
        {
            if (SectionLine().Match(line) is { Success: true } header)
            {
                section = header.Groups["remote"] is { Success: true } name ? name.Value : null;
            }
            else if (section is not null && AddressLine().Match(line) is { Success: true } address)
            {
                remotes.TryAdd(section, address.Groups["address"].Value.Trim('"'));
            }
        }

        // A name that git would take for an option, or that is not fit to be shown, is nobody's remote.
        Remote = remotes.Keys.Where(SettingTable.RefName.Accepts).OrderBy(name => name != "origin").FirstOrDefault();
        if (Remote is not null)
        {
            RemoteAddress = UserInAddress().Replace(remotes[Remote], string.Empty);
            var path = RemoteAddress.TrimEnd('/').Split('/', ':')[^1];
            RepositoryName = path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path;
        }
    }

    private void ReadBranch()
    {
        var heads = new[] { "main", "master" };
        Branch = new[] { Remote is null ? null : BranchIn($"refs/remotes/{Remote}/HEAD", $"refs/remotes/{Remote}/") }
            .Concat(heads.Where(Exists))
            .Append(BranchIn("HEAD", "refs/heads/"))
            .FirstOrDefault(branch => branch is not null && SettingTable.RefName.Accepts(branch));
    }

    private string? BranchIn(string reference, string prefix)
    {
        var target = Read(Path.Combine(_git, reference))?.Trim();
        var start = $"ref: {prefix}";
        return target is not null && target.StartsWith(start, StringComparison.Ordinal) ? target[start.Length..] : null;
    }

    private bool Exists(string branch) => File.Exists(Path.Combine(_git, "refs", "heads", branch))
        || (Read(Path.Combine(_git, "packed-refs"))?.Contains($" refs/heads/{branch}\n", StringComparison.Ordinal) ?? false);

    private static string? Read(string file)
    {
        try
        {
            return File.Exists(file) && new FileInfo(file).Length <= MostBytes ? File.ReadAllText(file) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex("""^\s*\[\s*(?:remote\s+"(?<remote>[^"\\]+)"|[^\]]*)\s*\]""", RegexOptions.CultureInvariant)]
    private static partial Regex SectionLine();

    [GeneratedRegex(@"^\s*url\s*=\s*(?<address>\S.*?)\s*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex AddressLine();

    [GeneratedRegex("(?<=://)[^/]*@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInAddress();
}
