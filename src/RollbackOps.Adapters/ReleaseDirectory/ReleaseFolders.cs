using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.ReleaseDirectory;

/// <summary>
/// The folders below <c>releases/</c>, newest first. Names with a timestamp are ordered by it without opening
/// anything, so that the first of ten thousand is there at once.
/// </summary>
internal sealed class ReleaseFolders
{
    /// <summary>Told by the folder's own entries: nothing is opened or asked of each release.</summary>
    private static readonly EnumerationOptions s_noLinks = new()
    {
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
    };

    private readonly string _folder;
    private readonly string _project;
    private readonly string _environment;

    public ReleaseFolders(string root, string project, string environment)
    {
        _folder = Path.Combine(root, "releases");
        _project = project;
        _environment = environment;
    }

    /// <summary>The release folder of an id, or null when the id names none directly below <c>releases/</c>.</summary>
    public string? PathOf(string id)
    {
        if (id.Length == 0 || id is "." or ".." || id.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
        {
            return null;
        }

        // A link would be a second name of another release, past its marks and pins; the list leaves it out too.
        var folder = new DirectoryInfo(Path.Combine(_folder, id));
        return folder.Exists && !folder.Attributes.HasFlag(FileAttributes.ReparsePoint) ? folder.FullName : null;
    }

    public Deployment? Find(string id) =>
        PathOf(id) is { } folder ? ReleaseMetadata.Read(folder, id, _project, _environment) : null;

    public async IAsyncEnumerable<Deployment> ListAsync(
        DeploymentQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var given = 0;
        foreach (var id in NewestFirst())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (query.Since is { } since && ReleaseMetadata.TimestampOf(id) < since)
            {
                continue;
            }

            if (Find(id) is not { } deployment
                || deployment.CreatedAt < query.Since
                || (query.States.Count > 0 && !query.States.Contains(deployment.State)))
            {
                continue;
            }

            yield return deployment;
            if (++given == query.First)
            {
                yield break;
            }
        }

        await Task.CompletedTask;
    }

    /// <summary>Deployments being built: only folders younger than an age are opened.</summary>
    public IEnumerable<Deployment> Building(DateTimeOffset notBefore) => NewestFirst()
        .TakeWhile(id => ReleaseMetadata.TimestampOf(id) is not { } at || at >= notBefore)
        .Select(Find)
        .OfType<Deployment>()
        .Where(deployment => deployment.State is DeploymentState.Building or DeploymentState.Queued
            && deployment.CreatedAt >= notBefore);

    // Stands between the prompt and its first object: sorted by plain numbers, and without large arrays thrown away.
    private IEnumerable<string> NewestFirst()
    {
        string[] ids;
        try
        {
            ids = new FileSystemEnumerable<string>(
                _folder, static (ref FileSystemEntry entry) => entry.FileName.ToString(), s_noLinks)
            {
                ShouldIncludePredicate = static (ref FileSystemEntry entry) => entry.IsDirectory,
            }.ToArray();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.PlatformUnreadable,
                $"The release folder '{_folder}' cannot be read: {failure.Message}",
                "Check platform.root in rollback.json, and the folder's rights.", _folder, failure);
        }

        var times = Array.ConvertAll(ids, id => TimeOf(id).UtcTicks);
        Array.Sort(times, ids);
        SettleTies(times, ids);
        return Enumerable.Reverse(ids);
    }

    /// <summary>Releases of the same second are ordered by their names.</summary>
    private static void SettleTies(long[] keys, string[] names)
    {
        for (var i = 1; i < keys.Length; i++)
        {
            var begin = i - 1;
            while (i < keys.Length && keys[i] == keys[begin])
            {
                i++;
            }

            if (i - begin > 1)
            {
                Array.Sort(names, begin, i - begin, StringComparer.Ordinal);
            }
        }
    }

    private DateTimeOffset TimeOf(string id) => ReleaseMetadata.TimestampOf(id)
        ?? ReleaseMetadata.Read(Path.Combine(_folder, id), id, _project, _environment).CreatedAt;
}
