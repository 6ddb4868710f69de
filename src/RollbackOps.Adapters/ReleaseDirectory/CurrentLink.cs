using RollbackOps.Adapters.LocalState;

namespace RollbackOps.Adapters.ReleaseDirectory;

/// <summary>The link <c>current</c>: read without following, switched in one step.</summary>
internal sealed class CurrentLink
{
    private readonly string _root;
    private readonly string _path;

    public CurrentLink(string root)
    {
        _root = root;
        _path = Path.Combine(root, "current");
    }

    /// <summary>The id of the release it leads to.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.CurrentUnknown"/>.</exception>
    public string Read()
    {
        var info = new DirectoryInfo(_path);
        var target = ReadTarget(info);
        if (target is null)
        {
            throw Unknown(info.Exists
                ? $"'{_path}' is a folder, and not a link to a release."
                : $"There is no link '{_path}'.");
        }

        var absolute = Path.GetFullPath(target, _root);
        var releases = Path.Combine(_root, "releases");
        if (!IsSameFolder(Path.GetDirectoryName(absolute), releases))
        {
            throw Unknown($"'{_path}' leads to '{Inert.Line(target)}', which is no release below '{releases}'.");
        }

        return Directory.Exists(absolute)
            ? Path.GetFileName(absolute)
            : throw Unknown($"'{_path}' leads to '{Inert.Line(target)}', which does not exist.");
    }

    /// <summary>
    /// Switches the link: a new link is made beside it and renamed over it, so that at every moment there is exactly
    /// one, whole; then the folder is synced.
    /// </summary>
    public void Switch(string id, string key)
    {
        // Never delete and create: between the two nothing would be live.
        var next = Path.Combine(_root, $".current.{key}");
        try
        {
            File.Delete(next);
            File.CreateSymbolicLink(next, Path.Combine("releases", id));
            Durable.Replace(next, _path);
            Durable.SyncFolder(_root);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            TryDelete(next);
            throw new RollbackOpsException(ErrorId.StepFailed,
                $"The link '{_path}' cannot be switched to '{id}': {failure.Message} It is as it was.",
                "Check the rights on the folder and what 'current' is, then run Resume-Rollback.", _path, failure);
        }
    }

    private static void TryDelete(string link)
    {
        try
        {
            File.Delete(link);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What made the switch fail is what counts; the next try replaces it.
        }
    }

    private static string? ReadTarget(DirectoryInfo info)
    {
        try
        {
            return info.LinkTarget;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unknown($"'{info.FullName}' cannot be read: {failure.Message}");
        }
    }

    /// <summary>A link may be absolute and go through another link to the root, as on macOS and behind bind mounts.</summary>
    private static bool IsSameFolder(string? one, string other)
    {
        try
        {
            return one is not null && (one == other || Real(one) == Real(other));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It leads nowhere, in a circle, or where nobody may look: not to a release, in any case.
            return false;
        }
    }

    private static string Real(string folder)
    {
        var real = string.Empty;
        foreach (var part in folder.Split(Path.DirectorySeparatorChar))
        {
            var next = part.Length == 0 ? Path.DirectorySeparatorChar.ToString() : Path.Combine(real, part);
            real = Directory.ResolveLinkTarget(next, returnFinalTarget: true)?.FullName ?? next;
        }

        return real;
    }

    private static RollbackOpsException Unknown(string message) => new(ErrorId.CurrentUnknown, message,
        "Make 'current' a link to a release (ln -sfn releases/ID current), or check platform.root in rollback.json.");
}
