using System.ComponentModel;
using System.Text;
using CliWrap;
using CliWrap.Buffered;
using CliWrap.Exceptions;

namespace RollbackOps.Adapters.Git;

/// <summary>Runs the <c>git</c> program on one repository: reading only, never asking, never over the network.</summary>
internal sealed class GitProgram
{
    /// <summary>A plan waits for the answer, and a rollback for the plan.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(15);

    private static readonly Dictionary<string, string?> s_variables = new()
    {
        ["GIT_OPTIONAL_LOCKS"] = "0",
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["GIT_NO_LAZY_FETCH"] = "1",
        ["LC_ALL"] = "C",
        // Called from a hook, git would otherwise read the caller's repository.
        ["GIT_DIR"] = null,
        ["GIT_WORK_TREE"] = null,
        ["GIT_INDEX_FILE"] = null,
        ["GIT_COMMON_DIR"] = null,
        ["GIT_OBJECT_DIRECTORY"] = null,
        ["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = null,
        ["GIT_NAMESPACE"] = null,
    };

    private readonly string _program;
    private readonly string _repository;

    public GitProgram(string repository, string program = "git")
    {
        _repository = repository;
        _program = program;
    }

    /// <summary>Runs a command; 0 and 1 are answers, for the commands whose 1 means no.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RepositoryUnreadable"/>.</exception>
    public async Task<(bool IsYes, string Output)> AskAsync(
        IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var result = await RunAsync(arguments, cancellationToken);
        return result.ExitCode is 0 or 1 ? (result.ExitCode == 0, result.StandardOutput) : throw Refused(result);
    }

    /// <summary>Runs a command that gives fields ended by nulls.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RepositoryUnreadable"/>.</exception>
    public async Task<IReadOnlyList<string>> ReadAsync(
        IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var result = await RunAsync(arguments, cancellationToken);
        if (result.ExitCode != 0)
        {
            throw Refused(result);
        }

        // Empty fields count, but not the one after the last null.
        return result.StandardOutput.Split('\0')[..^1];
    }

    public RollbackOpsException Unreadable(string why, string nextStep, Exception? inner = null) => new(
        ErrorId.RepositoryUnreadable, $"The repository '{_repository}' cannot tell: {why}.", nextStep, _repository, inner);

    private async Task<BufferedCommandResult> RunAsync(
        IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(s_timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await Cli.Wrap(_program)
                .WithArguments(["--no-pager", "-C", _repository, .. arguments])
                .WithEnvironmentVariables(s_variables)
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(Encoding.UTF8, Encoding.UTF8, either.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreadable($"git {arguments[0]} takes longer than {s_timeout.TotalSeconds:0} s",
                "Look whether the repository lies on a slow disk, or leave repository out of rollback.json.", late);
        }
        catch (Exception failure) when (failure is Win32Exception or CliWrapException or IOException)
        {
            throw Unreadable($"the git program cannot be run: {failure.Message}",
                "Install git and put it on the path, or leave repository out of rollback.json.", failure);
        }
    }

    private RollbackOpsException Refused(BufferedCommandResult result)
    {
        var said = result.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Unreadable(
            said.Length == 0 ? $"git ended with exit code {result.ExitCode}" : Inert.Line(said[0].TrimEnd('.')),
            "Check repository.path in rollback.json, and the rights on it.");
    }
}
