using System.Text.RegularExpressions;
using RollbackOps.Adapters.Git;
using RollbackOps.Adapters.Postgres;
using RollbackOps.Configuration;
using RollbackOps.Readiness;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Processes;

/// <summary>This machine: the space on its volumes, and the programs that the configuration needs.</summary>
internal sealed partial class LocalMachine : IMachine
{
    private static readonly string[] s_postgresPrograms = ["pg_dump", "pg_restore", "psql"];

    private readonly RollbackSettings _settings;
    private readonly ISecretSource _secrets;

    public LocalMachine(RollbackSettings settings, ISecretSource secrets) => (_settings, _secrets) = (settings, secrets);

    public long? FreeSpace(string folder)
    {
        var there = folder;
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } above)
        {
            there = above;
        }

        try
        {
            return new DriveInfo(there).AvailableFreeSpace;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<ToolFinding>> FindToolsAsync(CancellationToken cancellationToken) =>
    [
        .. Commands().Select(one => Find(one.Setting, one.Command)),
        .. _settings.Repository is { } repository ? await FindGitAsync(repository, cancellationToken) : [],
        .. _settings.Database is { Postgres: not null } database ? await FindPostgresAsync(database, cancellationToken) : [],
    ];

    private IEnumerable<(string Setting, CommandSettings Command)> Commands() =>
        new[]
        {
            ("platform.activate", _settings.Platform.Activate),
            ("platform.probe", _settings.Platform.Probe),
            ("database.stop", _settings.Database?.Stop),
            ("database.start", _settings.Database?.Start),
            ("database.smoke", _settings.Database?.Smoke),
        }.Where(one => one.Item2 is not null).Select(one => (one.Item1, one.Item2!));

    /// <summary>Looks for a command's program as its act will; nothing is run (S42).</summary>
    private ToolFinding Find(string setting, CommandSettings command)
    {
        var program = command.Command[0];
        var folder = command.WorkingFolder ?? _settings.Platform.Root;
        var searchPath = command.Variables.GetValueOrDefault("PATH") ?? Environment.GetEnvironmentVariable("PATH");
        return ProgramPath.Find(program, folder, searchPath) is { } path
            ? new ToolFinding(Path.GetFileName(program), $"for {setting} ({path})", Fault: null, NextStep: null)
            : new ToolFinding(program, Version: null, $"{setting} names it, and it is not found from {folder}", $"Install it, or correct {setting} in rollback.json.");
    }

    private async Task<IReadOnlyList<ToolFinding>> FindGitAsync(RepositorySettings repository, CancellationToken cancellationToken)
    {
        var isStrategy = _settings.Policy.Strategies.Contains(RollbackStrategy.Git);
        var least = isStrategy ? repository.DevelopmentBranch is null ? GitStrategy.LeastVersion : GitStrategy.MergeVersion : null;
        var git = new GitClient(Directory.Exists(repository.Path) ? repository.Path : Path.GetTempPath());
        string version;
        try
        {
            var said = (await git.RunAsync(["version"], cancellationToken)).Output.Trim();
            version = VersionNumber().Match(said) is { Success: true } match ? match.Value : Inert.Line(said);
        }
        catch (RollbackOpsException unsuitable) when (unsuitable.Id == ErrorId.GitUnsuitable)
        {
            return [new ToolFinding("git", Version: null, unsuitable.Message.TrimEnd('.'), unsuitable.NextStep)];
        }

        var found = new ToolFinding("git", version,
            least is not null && (!System.Version.TryParse(version, out var parsed) || parsed < least) ? $"it is {version}, and a rollback by git needs {least}" : null,
            "Install a current git.");
        return isStrategy && await SshOfAsync(git, repository, cancellationToken) is { } ssh ? [found, ssh] : [found];
    }

    /// <summary>Whether the remote is reached by ssh, and whether that is there; null where it is not needed.</summary>
    private static async Task<ToolFinding?> SshOfAsync(GitClient git, RepositorySettings repository, CancellationToken cancellationToken)
    {
        var remote = await git.RunAsync(["remote", "get-url", repository.Remote], cancellationToken);
        if (remote.ExitCode != 0 || !SshAddress().IsMatch(remote.Output.Trim()) || Environment.GetEnvironmentVariable("GIT_SSH_COMMAND") is not null)
        {
            return null;
        }

        return ProgramPath.Find("ssh", Environment.CurrentDirectory, Environment.GetEnvironmentVariable("PATH")) is { } path
            ? new ToolFinding("ssh", $"({path})", Fault: null, NextStep: null)
            : new ToolFinding("ssh", Version: null, $"the remote '{repository.Remote}' is reached by it, and it is not on the path", "Install an ssh client (openssh-client).");
    }

    // Apart: Npgsql is loaded only where it is used.
    private async Task<IReadOnlyList<ToolFinding>> FindPostgresAsync(DatabaseSettings database, CancellationToken cancellationToken)
    {
        var server = new PostgresServer(database.Postgres!, database.Timeout, _secrets);
        var tools = new PostgresTools(server);
        var serverVersion = (await new PostgresDatabase(server, server.Settings.Name, database).PingAsync(cancellationToken)).Replace("PostgreSQL ", null, StringComparison.Ordinal);
        return await Task.WhenAll(s_postgresPrograms.Select(async program =>
        {
            try
            {
                return new ToolFinding(program, await tools.RequireAsync(program, serverVersion, cancellationToken), Fault: null, NextStep: null);
            }
            catch (RollbackOpsException unsuitable) when (unsuitable.Id == ErrorId.DatabaseToolUnsuitable)
            {
                return new ToolFinding(program, Version: null, unsuitable.Message.TrimEnd('.'), unsuitable.NextStep);
            }
        }));
    }

    [GeneratedRegex(@"[0-9]+\.[0-9]+(\.[0-9]+)?")]
    private static partial Regex VersionNumber();

    [GeneratedRegex(@"\A(?:ssh://|git\+ssh://|(?:[^@/\s:]+@)?[^/:\s]{2,}:(?!//))")]
    private static partial Regex SshAddress();
}
