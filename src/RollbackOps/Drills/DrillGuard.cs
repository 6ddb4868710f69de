using RollbackOps.Configuration;

namespace RollbackOps.Drills;

/// <summary>
/// Keeps a drill away from production (S41): it acts on the release directory that it laid out itself, and on nothing else.
/// Asked before each act, and not once at the begin.
/// </summary>
internal static class DrillGuard
{
    /// <summary>The file that marks a folder as a drill's; it holds the drill's id.</summary>
    public const string Marker = ".rollback-drill";

    /// <summary>Refuses settings that point at anything else than the drill's own folder.</summary>
    /// <param name="settings">The settings that an act would follow.</param>
    /// <param name="folder">The drill's folder, absolute.</param>
    /// <param name="id">The drill's id.</param>
    /// <param name="own">The addresses that are the drill's own.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DrillRefused"/>.</exception>
    public static void Check(RollbackSettings settings, string folder, string id, IReadOnlyList<Uri> own)
    {
        if (settings.Platform.Type != PlatformSettings.ReleaseDirectoryType)
        {
            throw Refused($"its configuration names the platform '{settings.Platform.Type}', and drills run on release directories alone", settings.File);
        }

        if (!IsBelow(settings.Platform.Root, folder) || !IsBelow(settings.File, folder))
        {
            throw Refused($"its configuration leads to '{settings.Platform.Root}', outside of '{folder}'", settings.Platform.Root);
        }

        if (ReadMarker(settings.Platform.Root) != id)
        {
            throw Refused($"'{settings.Platform.Root}' does not carry its mark ({Marker})", settings.Platform.Root);
        }

        if (settings.Health.Addresses.FirstOrDefault(address => !own.Any(one => one.Authority == address.Authority && address.IsLoopback)) is { } foreign)
        {
            throw Refused($"'{foreign}' is not an address of its own", foreign);
        }

        if (settings.Github is not null || settings.Repository is not null || settings.Prometheus is not null || settings.Evidence.S3 is not null
            || settings.Database is { Postgres: not null })
        {
            throw Refused("its configuration names a service outside of the folder", settings.File);
        }

        if (settings.Database is { } database && (!IsBelow(database.Path, folder) || (database.Backups is { } backups && !IsBelow(backups, folder))))
        {
            throw Refused($"its configuration leads to the database '{database.Path}', outside of '{folder}'", database.Path);
        }
    }

    /// <summary>The id of the drill that laid a folder out; null where none did.</summary>
    public static string? ReadMarker(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, Marker)).Trim();
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>An error that says that a drill does not begin, or does not go on.</summary>
    public static RollbackOpsException Refused(string why, object? subject) => new(ErrorId.DrillRefused,
        $"The drill does not go on: {Inert.Line(why)}. Nothing outside of its own folder was touched.",
        "Let it make a folder of its own (leave out -Folder), or name one that is empty.", subject);

    /// <summary>Whether a path lies in a folder, links followed: a link that leads out of it leads to somebody else.</summary>
    private static bool IsBelow(string? path, string folder)
    {
        if (path is null)
        {
            return false;
        }

        var (inner, outer) = (Real(path), Real(folder));
        return inner == outer || inner.StartsWith(outer.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    private static string Real(string path)
    {
        var real = string.Empty;
        foreach (var part in Path.GetFullPath(path).Split(Path.DirectorySeparatorChar))
        {
            var next = part.Length == 0 ? Path.DirectorySeparatorChar.ToString() : Path.Combine(real, part);
            real = Directory.Exists(next) && new DirectoryInfo(next).LinkTarget is not null
                ? Directory.ResolveLinkTarget(next, returnFinalTarget: true)?.FullName ?? next
                : File.Exists(next) && new FileInfo(next).LinkTarget is not null
                    ? File.ResolveLinkTarget(next, returnFinalTarget: true)?.FullName ?? next
                    : next;
        }

        return real;
    }
}
