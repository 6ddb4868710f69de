using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Exceptions;
using RollbackOps.Adapters.Processes;

namespace RollbackOps.Adapters.Postgres;

/// <summary>Runs PostgreSQL's own programs: argument lists, the password in the environment, never asking.</summary>
internal sealed partial class PostgresTools
{
    private const int MostSaid = 16_000;

    private readonly PostgresServer _server;

    public PostgresTools(PostgresServer server) => _server = server;

    /// <summary>Its version, as it says.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseToolUnsuitable"/>.</exception>
    public async Task<string> VersionAsync(string program, CancellationToken cancellationToken)
    {
        var said = await RunAsync(program, ["--version"], input: null, cancellationToken);
        return VersionNumber().Match(said.Output) is { Success: true } version ? version.Value : Inert.Line(said.Output);
    }

    /// <summary>Refuses a program that is older than the server: it would not know what the server keeps.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseToolUnsuitable"/>.</exception>
    public async Task<string> RequireAsync(string program, string serverVersion, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(program, cancellationToken);
        return Major(version) >= Major(serverVersion)
            ? version
            : throw new RollbackOpsException(ErrorId.DatabaseToolUnsuitable,
                $"{program} is of version {version}, and the server of {serverVersion}: a program that is older than its server cannot dump or restore it.",
                $"Install the programs of PostgreSQL {Major(serverVersion)}, or name their folder as database.postgres.tools.", program);
    }

    /// <summary>Runs one to its end. What it writes to its standard error counts only when it fails.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it reads, or null.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="variables">What it finds in its environment; null for the server's.</param>
    /// <param name="said">Takes each line of its output, in place of the outcome.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseToolUnsuitable"/>: it cannot be run.</exception>
    public async Task<ToolOutcome> RunAsync(
        string program, IReadOnlyList<string> arguments, PipeSource? input, CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string?>? variables = null, Action<string>? said = null)
    {
        var path = ProgramPath.Find(
            _server.Settings.Tools is { } folder ? Path.Combine(folder, program) : program,
            Environment.CurrentDirectory,
            Environment.GetEnvironmentVariable("PATH")) ?? throw Unsuitable(program, "there is no such program", inner: null);
        var (output, error) = (new StringBuilder(), new StringBuilder());
        try
        {
            var ended = await Cli.Wrap(path)
                .WithArguments(arguments)
                .WithEnvironmentVariables(variables ?? await _server.VariablesAsync(cancellationToken))
                .WithStandardInputPipe(input ?? PipeSource.Null)
                .WithStandardOutputPipe(PipeTarget.ToDelegate(said ?? (line => Keep(output, line))))
                .WithStandardErrorPipe(PipeTarget.ToDelegate(line => Keep(error, line)))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(cancellationToken);
            return new ToolOutcome(ended.ExitCode, output.ToString(), error.ToString());
        }
        catch (Exception failure) when (failure is Win32Exception or CliWrapException)
        {
            throw Unsuitable(program, failure.Message, failure);
        }
    }

    private static int Major(string version) =>
        int.TryParse(version.Split('.', ' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : 0;

    private static void Keep(StringBuilder said, string line)
    {
        if (said.Length < MostSaid)
        {
            said.AppendLine(line);
        }
    }

    private static RollbackOpsException Unsuitable(string program, string why, Exception? inner) => new(
        ErrorId.DatabaseToolUnsuitable,
        $"PostgreSQL's program {program} cannot be run: {why}.",
        "Install PostgreSQL's client programs (postgresql-client), or name their folder as database.postgres.tools.", program, inner);

    [GeneratedRegex(@"\d+(\.\d+)*")]
    private static partial Regex VersionNumber();
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote, or the begin of it.</param>
/// <param name="Error">What it complained of, or the begin of it.</param>
internal sealed record ToolOutcome(int ExitCode, string Output, string Error)
{
    /// <summary>The first complaint, on one line, made inert.</summary>
    public string FirstError
    {
        get
        {
            var lines = Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var first = Array.Find(lines, line => line.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? lines.FirstOrDefault();
            return first is null ? string.Create(CultureInfo.InvariantCulture, $"exit code {ExitCode}") : Inert.Line(first);
        }
    }
}
