using System.Globalization;
using System.Text.RegularExpressions;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Postgres;

/// <summary>
/// What pg_restore and psql say when they fail, as errors of ours: whether it is the backup, the program's version, the
/// server, the disk or the rights decides what to do next.
/// </summary>
internal sealed partial class RestoreFailures
{
    private readonly BackupSource _source;
    private readonly string _program;
    private readonly string _serverVersion;

    /// <param name="source">The backup.</param>
    /// <param name="program">The program with its version.</param>
    /// <param name="serverVersion">The server's version.</param>
    public RestoreFailures(BackupSource source, string program, string serverVersion)
    {
        _source = source;
        _program = program;
        _serverVersion = serverVersion;
    }

    private string ServerMajor => _serverVersion.Split('.', ' ')[0];

    /// <summary>Refuses a backup of a newer server: an older one knows not everything that it may hold.</summary>
    /// <param name="text">What begins a plain dump, or lists an archive.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.BackupInvalid"/>.</exception>
    public void RequireNotNewer(string text)
    {
        if (DumpedFrom().Match(text) is { Success: true } from
            && int.TryParse(from.Groups["major"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && int.TryParse(ServerMajor, NumberStyles.None, CultureInfo.InvariantCulture, out var here)
            && major > here)
        {
            throw new RollbackOpsException(ErrorId.BackupInvalid,
                $"The backup '{_source.Name}' is of a server of PostgreSQL {major}, and this one is of {_serverVersion}: what a newer server dumps cannot be restored on an older one.",
                $"Restore it on a server of PostgreSQL {major} or newer, or choose another: Get-DatabaseBackup. The live database is as it was.",
                _source.Path);
        }
    }

    /// <summary>Says what a failure means.</summary>
    /// <exception cref="RollbackOpsException">The program failed.</exception>
    public void Require(ToolOutcome ended)
    {
        if (ended.ExitCode == 0)
        {
            return;
        }

        var said = ended.FirstError;
        throw said switch
        {
            _ when NewerFormat().Match(ended.Error) is { Success: true } format => Unsuitable(
                $"The backup '{_source.Name}' has pg_dump's archive format {format.Groups["version"].Value}, which is newer than {_program} reads.",
                $"Install the client programs of PostgreSQL {Writer(format.Groups["version"].Value)} or newer, and name their folder as database.postgres.tools."),
            _ when Any(ended.Error, "unrecognized configuration parameter") => Unsuitable(
                $"What restores the backup '{_source.Name}' sets what the server of {_serverVersion} does not know: {said}",
                $"{_program} or the dump is newer than the server: use the client programs of PostgreSQL {ServerMajor} (database.postgres.tools), or a backup made with them."),
            _ when Any(ended.Error, "not built with support for", "this build does not support compression", "does not support compression") => Unsuitable(
                $"{_program} was built without what the backup '{_source.Name}' is packed with: {said}",
                "Install the distribution's or the PGDG's postgresql-client, and name its folder as database.postgres.tools."),
            _ when Any(ended.Error, "No space left on device", "could not extend file", "Disk quota exceeded") =>
                new RollbackOpsException(ErrorId.SpaceMissing,
                    $"There is no space left for what the backup '{_source.Name}' is restored to: {said}",
                    "Free some space on the server's volume (df). The live database is as it was.", _source.Path),
            _ when Any(ended.Error, "server closed the connection", "terminating connection", "could not connect to server", "connection to server", "the database system is") =>
                new RollbackOpsException(ErrorId.DatabaseUnreachable,
                    $"The server went away while the backup '{_source.Name}' was restored: {said}",
                    "Look at the server's log; once it runs, call Restore-Database again.", _source.Path),
            _ when Any(ended.Error, "permission denied", "must be superuser", "must be owner", "must be member", "must be able to SET ROLE") =>
                new RollbackOpsException(ErrorId.DatabaseRightsMissing,
                    $"The user may not make what the backup '{_source.Name}' holds: {said}",
                    "Name another user as database.postgres.user: the owner of everything in it, or a superuser.", _source.Path),
            _ => new RollbackOpsException(ErrorId.BackupInvalid,
                $"The backup '{_source.Name}' cannot be restored: {said}",
                "Choose another: Get-DatabaseBackup. The live database is as it was.", _source.Path),
        };
    }

    /// <summary>The first PostgreSQL that writes a version of the archive format (pg_backup_archiver.h).</summary>
    private static string Writer(string format) => format switch
    {
        "1.15" => "16",
        "1.16" => "17",
        _ => "the version that wrote it",
    };

    private static bool Any(string said, params string[] texts) =>
        Array.Exists(texts, text => said.Contains(text, StringComparison.Ordinal));

    private RollbackOpsException Unsuitable(string why, string nextStep) =>
        new(ErrorId.DatabaseToolUnsuitable, $"{why} The live database is as it was.", nextStep, _source.Path);

    [GeneratedRegex(@"^(--|;)\s+Dumped from database version:? (?<major>\d+)", RegexOptions.Multiline)]
    private static partial Regex DumpedFrom();

    [GeneratedRegex(@"unsupported version \((?<version>[\d.]+)\) in file header")]
    private static partial Regex NewerFormat();
}
