using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Exceptions;

namespace RollbackOps.Adapters.Git;

/// <summary>
/// Runs the <c>git</c> program where it writes objects or goes over the network. The user's credentials and hooks
/// count, but nobody is asked, and nothing runs without an end.
/// </summary>
internal sealed partial class GitClient
{
    /// <summary>How long an answer of the remote may take: its hooks may run tests.</summary>
    public static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_localTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Nothing is tidied up in an emergency, nothing is asked, and what git says is read by a program.</summary>
    private static readonly string[] s_settings =
    [
        "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "core.askPass=", "-c", "i18n.commitEncoding=UTF-8",
        "-c", "color.ui=false", "-c", "color.remote=false", "-c", "color.push=false", "-c", "color.transport=false",
    ];

    private readonly string _program;
    private readonly Dictionary<string, string?> _variables;
    private readonly TimeSpan _networkTimeout;
    private bool _isSshSilent;

    /// <param name="repository">The working copy or bare repository.</param>
    /// <param name="program">The program.</param>
    /// <param name="variables">More environment variables.</param>
    /// <param name="networkTimeout">How long an answer of the remote may take.</param>
    public GitClient(
        string repository,
        string program = "git",
        IReadOnlyDictionary<string, string?>? variables = null,
        TimeSpan? networkTimeout = null)
    {
        Repository = repository;
        _networkTimeout = networkTimeout ?? NetworkTimeout;
        _program = program;
        _variables = new Dictionary<string, string?>(GitProgram.Variables)
        {
            // A partial clone fetches what it lacks; reading alone must not.
            ["GIT_NO_LAZY_FETCH"] = null,
            // A window nobody looks at would hold the rollback up. GIT_ASKPASS stays: build servers answer with it.
            ["SSH_ASKPASS"] = null,
            ["GCM_INTERACTIVE"] = "never",
        };
        foreach (var (name, value) in variables ?? new Dictionary<string, string?>())
        {
            _variables[name] = value;
        }
    }

    /// <summary>The repository's folder.</summary>
    public string Repository { get; }

    /// <summary>Runs a local command; any exit code is an answer.</summary>
    public Task<GitAnswer> RunAsync(
        IReadOnlyList<string> arguments, CancellationToken cancellationToken, string? input = null) =>
        RunAsync(arguments, input, s_localTimeout, cancellationToken);

    /// <summary>Runs a command that talks to the remote; any exit code is an answer.</summary>
    public async Task<GitAnswer> CallAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await SilenceSshAsync(cancellationToken);
        return await RunAsync(arguments, input: null, _networkTimeout, cancellationToken);
    }

    /// <summary>Runs a local command that is to succeed; what it says, trimmed.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RepositoryUnreadable"/>, or why it could not write.</exception>
    public async Task<string> ReadAsync(
        IReadOnlyList<string> arguments, CancellationToken cancellationToken, string? input = null)
    {
        var answer = await RunAsync(arguments, cancellationToken, input);
        return answer.ExitCode == 0 ? answer.Output.Trim() : throw GitFailure.OfLocal(answer, Repository);
    }

    /// <summary>Checks that the program is there and recent enough.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.GitUnsuitable"/>.</exception>
    public async Task RequireVersionAsync(Version least, string what, CancellationToken cancellationToken)
    {
        var said = (await RunAsync(["version"], cancellationToken)).Output.Trim();
        var match = VersionNumber().Match(said);
        var version = match.Success
            ? new Version(Number(match.Groups[1]), Number(match.Groups[2]))
            : throw Unsuitable($"'{Inert.Line(said)}' names no version of git");
        if (version < least)
        {
            throw Unsuitable($"git is {version}, and {what} needs {least}");
        }
    }

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Ssh asks at the terminal itself. Where the user chose no program of his own, it is told not to.</summary>
    private async Task SilenceSshAsync(CancellationToken cancellationToken)
    {
        if (_isSshSilent)
        {
            return;
        }

        if (Variable("GIT_SSH_COMMAND") is null && Variable("GIT_SSH") is null
            && (await RunAsync(["config", "--get", "core.sshCommand"], cancellationToken)).ExitCode != 0)
        {
            // A master connection left behind would hold our pipes open.
            _variables["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes -o ControlMaster=no";
        }

        _isSshSilent = true;
    }

    private string? Variable(string name) =>
        _variables.TryGetValue(name, out var value) ? value : Environment.GetEnvironmentVariable(name);

    private async Task<GitAnswer> RunAsync(
        IReadOnlyList<string> arguments, string? input, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var output = new StringBuilder();
        var error = new StringBuilder();
        try
        {
            var ended = await Cli.Wrap(_program)
                .WithArguments(["--no-pager", "-C", Repository, .. s_settings, .. arguments])
                .WithEnvironmentVariables(_variables)
                .WithStandardInputPipe(input is null ? PipeSource.Null : PipeSource.FromString(input, new UTF8Encoding(false)))
                .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output, Encoding.UTF8))
                .WithStandardErrorPipe(PipeTarget.ToStringBuilder(error, Encoding.UTF8))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(either.Token);
            return new GitAnswer(arguments[0], ended.ExitCode, output.ToString(), error.ToString());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new GitAnswer(arguments[0], ExitCode: null, string.Empty,
                string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds:0} s"));
        }
        catch (Exception failure) when (failure is Win32Exception or CliWrapException or IOException)
        {
            throw Unsuitable($"the git program cannot be run: {failure.Message}", failure);
        }
    }

    private RollbackOpsException Unsuitable(string why, Exception? inner = null) => new(ErrorId.GitUnsuitable,
        $"A rollback by git is not possible here: {why}.",
        "Install a current git and put it on the path, or use another strategy.", Repository, inner);

    [GeneratedRegex(@"\bversion (\d{1,4})\.(\d{1,4})")]
    private static partial Regex VersionNumber();
}

/// <summary>What git said.</summary>
/// <param name="Command">The command.</param>
/// <param name="ExitCode">Its exit code, or null when it was ended at its time-out.</param>
/// <param name="Output">Its output.</param>
/// <param name="Error">Its complaints.</param>
internal sealed record GitAnswer(string Command, int? ExitCode, string Output, string Error);
