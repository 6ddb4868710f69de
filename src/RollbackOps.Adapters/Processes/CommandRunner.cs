using System.ComponentModel;
using System.Diagnostics;
using CliWrap;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Processes;

/// <summary>Runs a command of the configuration (S42): an argument list; no shell ever reads it.</summary>
internal sealed class CommandRunner
{
    /// <summary>
    /// A fixed text for the shell; the command reaches it as arguments, and takes its place. It gives the command a
    /// file instead of our pipes: a daemon that inherits pipes would keep us waiting, and a restart still running when
    /// we end would die of the first line it prints. Like anything a shell runs in the background, it is out of
    /// reach of the Ctrl+C and the hang-up that end us: half a restart is worse than none.
    /// </summary>
    private const string OnItsOwn = """trap '' HUP INT QUIT; output=$1; shift; exec "$@" </dev/null >>"$output" 2>&1""";

    private readonly ISecretSource _secrets;
    private readonly TimeProvider _clock;

    public CommandRunner(ISecretSource secrets, TimeProvider clock)
    {
        _secrets = secrets;
        _clock = clock;
    }

    /// <summary>
    /// Starts a command whose process is the caller's to read and to end. Not CliWrap's: it keeps the process to itself.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="folder">The folder it runs in when it names none.</param>
    /// <param name="placeholders">Texts to replace in its arguments, for example <c>{port}</c>.</param>
    /// <param name="cancellationToken">Stops resolving its variables.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.ActivationFailed"/>: it cannot be started.</exception>
    public async Task<Process> StartAsync(
        CommandSettings command,
        string folder,
        IReadOnlyDictionary<string, string> placeholders,
        CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(command, folder, placeholders, cancellationToken);
        var start = new ProcessStartInfo(prepared.Program, prepared.Arguments)
        {
            WorkingDirectory = prepared.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in prepared.Variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Exception failure) when (failure is Win32Exception or InvalidOperationException or IOException)
        {
            throw Unstartable(prepared, failure.Message, failure);
        }
    }

    /// <summary>
    /// Runs a command to its end or its time-out. A daemon that it starts is not waited for. At the time-out it is left
    /// running unless the caller wants it killed: what is served tells how a slow restart went.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="folder">The folder it runs in when it names none.</param>
    /// <param name="placeholders">Texts to replace in its arguments, for example <c>{id}</c>.</param>
    /// <param name="cancellationToken">Stops waiting; the command goes on.</param>
    /// <param name="killAtTimeout">Whether to end it, with all it started, at its time-out.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.ActivationFailed"/>: it cannot be started.</exception>
    /// <exception cref="OperationCanceledException">Waiting was stopped; the command goes on.</exception>
    public async Task<CommandOutcome> RunAsync(
        CommandSettings command,
        string folder,
        IReadOnlyDictionary<string, string> placeholders,
        CancellationToken cancellationToken,
        bool killAtTimeout = false)
    {
        var begun = _clock.GetTimestamp();
        var prepared = await PrepareAsync(command, folder, placeholders, cancellationToken);
        using var output = CommandOutput.Create();
        using var deadline = new CancellationTokenSource(command.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var killing = new CancellationTokenSource();
        using var watching = new CancellationTokenSource();
        var running = Launch(prepared, output.Path, killing.Token);
        var watched = output.KeepSmallAsync(watching.Token);
        try
        {
            var ended = await running.WaitAsync(either.Token);
            return new CommandOutcome(ended.ExitCode, prepared.WithoutSecrets(await output.ReadTailAsync()), _clock.GetElapsedTime(begun));
        }
        catch (OperationCanceledException) when (killAtTimeout && !cancellationToken.IsCancellationRequested)
        {
            await killing.CancelAsync();
            await Task.WhenAny(running);
            return new CommandOutcome(ExitCode: null, prepared.WithoutSecrets(await output.ReadTailAsync()), _clock.GetElapsedTime(begun));
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            output.Keep();
            return new CommandOutcome(
                ExitCode: null, prepared.WithoutSecrets(await output.ReadTailAsync()), _clock.GetElapsedTime(begun), output.Path);
        }
        finally
        {
            await watching.CancelAsync();
            await watched;
        }
    }

    private static Task<CommandResult> Launch(Prepared prepared, string output, CancellationToken killing)
    {
        try
        {
            return Cli.Wrap("/bin/sh")
                .WithArguments(["-c", OnItsOwn, "sh", output, prepared.Program, .. prepared.Arguments])
                .WithWorkingDirectory(prepared.Folder)
                .WithEnvironmentVariables(prepared.Variables!)
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(killing);
        }
        catch (Exception failure) when (failure is Win32Exception or InvalidOperationException or IOException)
        {
            throw Unstartable(prepared, failure.Message, failure);
        }
    }

    private async Task<Prepared> PrepareAsync(
        CommandSettings command,
        string folder,
        IReadOnlyDictionary<string, string> placeholders,
        CancellationToken cancellationToken)
    {
        var variables = new Dictionary<string, string>();
        var secrets = new List<string>();
        foreach (var (name, reference) in command.Variables)
        {
            variables[name] = await _secrets.ResolveAsync(reference, cancellationToken);
            if (SecretReference.TryParse(reference, out _))
            {
                secrets.Add(variables[name]);
            }
        }

        var filled = command.Command.Select(argument => Fill(argument, placeholders)).ToList();
        var prepared = new Prepared(filled[0], filled[1..], command.WorkingFolder ?? folder, variables, secrets);
        if (!Directory.Exists(prepared.Folder))
        {
            throw Unstartable(prepared, "the folder does not exist");
        }

        var searchPath = variables.GetValueOrDefault("PATH") ?? Environment.GetEnvironmentVariable("PATH");
        return ProgramPath.Find(prepared.Program, prepared.Folder, searchPath) is { } program
            ? prepared with { Program = program }
            : throw Unstartable(prepared, "there is no such program");
    }

    private static string Fill(string argument, IReadOnlyDictionary<string, string> placeholders) =>
        placeholders.Aggregate(argument, (filled, pair) => filled.Replace(pair.Key, pair.Value, StringComparison.Ordinal));

    private static RollbackOpsException Unstartable(Prepared prepared, string why, Exception? inner = null) =>
        new(ErrorId.ActivationFailed,
            $"The command '{prepared.Program}' cannot be started in '{prepared.Folder}': {why}.",
            "Check the command in rollback.json; it is an argument list, and the program must be on the path.",
            prepared.Program, inner);

    private sealed record Prepared(
        string Program,
        IReadOnlyList<string> Arguments,
        string Folder,
        IReadOnlyDictionary<string, string> Variables,
        IReadOnlyList<string> Secrets)
    {
        /// <summary>What the command said, without the secrets it was given (S40).</summary>
        public string WithoutSecrets(string said) => Secrets.SelectMany(Spellings).Where(secret => secret.Length > 0)
            .OrderByDescending(secret => secret.Length)
            .Aggregate(said, (text, secret) => text.Replace(secret, "***", StringComparison.Ordinal));

        /// <summary>
        /// A secret as it can stand in what was said: a line of several (a key) is told without its empty lines and control
        /// characters. A very short line of one would blacken ordinary text.
        /// </summary>
        private static IEnumerable<string> Spellings(string secret)
        {
            const int ShortestLine = 8;
            return secret.Split('\n').Where(line => line.Length >= ShortestLine).Select(line => Inert.Line(line.TrimEnd('\r')))
                .Prepend(secret);
        }
    }
}
