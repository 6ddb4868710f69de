using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using CliWrap;
using CliWrap.Buffered;
using CliWrap.Exceptions;

namespace RollbackOps.Adapters.Git;

/// <summary>Runs the <c>git</c> program on one repository: reading only, never asking, never over the network.</summary>
internal sealed class GitProgram
{
    /// <summary>A plan waits for the answer, and a rollback for the plan.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(15);

    /// <summary>How far reading may run ahead of whoever asks.</summary>
    private const int FieldsAhead = 256;

    /// <summary>What it runs with besides the caller's own variables.</summary>
    internal static IReadOnlyDictionary<string, string?> Variables { get; } = new Dictionary<string, string?>
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

    /// <summary>The content of objects, in their order; null for what is not there or no file.</summary>
    /// <param name="names">Their names, without line ends.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RepositoryUnreadable"/>.</exception>
    public async Task<IReadOnlyList<byte[]?>> ReadBlobsAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        using var deadline = new CancellationTokenSource(s_timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var ended = await Cli.Wrap(_program)
                .WithArguments(["--no-pager", "-C", _repository, "cat-file", "--batch"])
                .WithEnvironmentVariables(Variables)
                .WithStandardInputPipe(PipeSource.FromString(string.Concat(names.Select(name => name + "\n")), new UTF8Encoding(false)))
                .WithStandardOutputPipe(PipeTarget.ToStream(output))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(either.Token);
            return ended.ExitCode == 0
                ? Blobs(output.GetBuffer().AsSpan(0, (int)output.Length), names.Count)
                : throw Unreadable($"git cat-file ended with exit code {ended.ExitCode}", "Check repository.path in rollback.json.");
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw Late("cat-file", late);
        }
        catch (Exception failure) when (failure is Win32Exception or CliWrapException or IOException)
        {
            throw Unrunnable(failure);
        }
    }

    /// <summary>Each answer is a line of name, kind and size, and then the content and a line end; or one line that says no.</summary>
    private static List<byte[]?> Blobs(ReadOnlySpan<byte> answers, int count)
    {
        var blobs = new List<byte[]?>();
        while (blobs.Count < count && answers.IndexOf((byte)'\n') is >= 0 and var end)
        {
            var head = Encoding.UTF8.GetString(answers[..end]).Split(' ');
            answers = answers[(end + 1)..];
            if (head is [_, var kind, var digits] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                && size < answers.Length)
            {
                blobs.Add(kind == "blob" ? answers[..size].ToArray() : null);
                answers = answers[(size + 1)..];
            }
            else
            {
                blobs.Add(null);
            }
        }

        return blobs;
    }

    /// <summary>
    /// Runs a command that gives fields ended by nulls, and gives them as they come. Whoever stops asking ends it; it
    /// waits for whoever is slow.
    /// </summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RepositoryUnreadable"/>.</exception>
    public async IAsyncEnumerable<string> StreamAsync(
        IReadOnlyList<string> arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var fields = Channel.CreateBounded<string>(FieldsAhead);
        var running = FillAsync(arguments, fields.Writer, ending.Token);
        try
        {
            await foreach (var field in fields.Reader.ReadAllAsync(cancellationToken))
            {
                yield return field;
            }
        }
        finally
        {
            await ending.CancelAsync();
            await running;
        }
    }

    public RollbackOpsException Unreadable(string why, string nextStep, Exception? inner = null) => new(
        ErrorId.RepositoryUnreadable, $"The repository '{_repository}' cannot tell: {why}.", nextStep, _repository, inner);

    private async Task FillAsync(
        IReadOnlyList<string> arguments, ChannelWriter<string> fields, CancellationToken cancellationToken)
    {
        try
        {
            var error = new StringBuilder();
            var ended = await Cli.Wrap(_program)
                .WithArguments(["--no-pager", "-C", _repository, .. arguments])
                .WithEnvironmentVariables(Variables)
                .WithStandardOutputPipe(PipeTarget.Create((output, token) => SplitAsync(output, fields, token)))
                .WithStandardErrorPipe(PipeTarget.ToStringBuilder(error))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(cancellationToken);
            fields.Complete(ended.ExitCode == 0
                ? null
                : Refused(new BufferedCommandResult(
                    ended.ExitCode, ended.StartTime, ended.ExitTime, string.Empty, error.ToString())));
        }
        catch (Exception failure) when (failure is Win32Exception or CliWrapException or IOException)
        {
            fields.Complete(Unrunnable(failure));
        }
        catch (OperationCanceledException stopped)
        {
            fields.Complete(stopped);
        }
    }

    private static async Task SplitAsync(
        Stream output, ChannelWriter<string> fields, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(output, Encoding.UTF8, leaveOpen: true);
        var buffer = new char[4096];
        var field = new StringBuilder();
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            var begin = 0;
            while (Array.IndexOf(buffer, '\0', begin, read - begin) is >= 0 and var end)
            {
                await fields.WriteAsync(field.Append(buffer, begin, end - begin).ToString(), cancellationToken);
                field.Clear();
                begin = end + 1;
            }

            field.Append(buffer, begin, read - begin);
        }
    }

    private async Task<BufferedCommandResult> RunAsync(
        IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(s_timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await Cli.Wrap(_program)
                .WithArguments(["--no-pager", "-C", _repository, .. arguments])
                .WithEnvironmentVariables(Variables)
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(Encoding.UTF8, Encoding.UTF8, either.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw Late(arguments[0], late);
        }
        catch (Exception failure) when (failure is Win32Exception or CliWrapException or IOException)
        {
            throw Unrunnable(failure);
        }
    }

    private RollbackOpsException Late(string command, Exception late) => Unreadable(
        $"git {command} takes longer than {s_timeout.TotalSeconds:0} s",
        "Look whether the repository lies on a slow disk, or leave repository out of rollback.json.", late);

    private RollbackOpsException Unrunnable(Exception failure) => Unreadable(
        $"the git program cannot be run: {failure.Message}",
        "Install git and put it on the path, or leave repository out of rollback.json.", failure);

    private RollbackOpsException Refused(BufferedCommandResult result)
    {
        var said = result.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Unreadable(
            said.Length == 0 ? $"git ended with exit code {result.ExitCode}" : Inert.Line(said[0].TrimEnd('.')),
            "Check repository.path in rollback.json, and the rights on it.");
    }
}
