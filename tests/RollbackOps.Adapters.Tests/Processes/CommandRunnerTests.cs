using System.Diagnostics;
using RollbackOps.Adapters.Processes;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Tests.Processes;

public sealed class CommandRunnerTests : IDisposable
{
    private const string Waiting =
        "echo begun; : > begun; while [ ! -e go ]; do sleep 0.05; done; echo went on; : > finished";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly CommandRunner _runner = new(new PlainSecrets(), TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_ACommand_GivesExitCodeOutputAndErrors()
    {
        var outcome = await RunAsync("echo out; echo err >&2; exit 3");

        Assert.Equal(3, outcome.ExitCode);
        Assert.Equal("out\nerr", outcome.Tail);
        Assert.True(outcome.Elapsed > TimeSpan.Zero);
        Assert.Null(outcome.OutputFile);
    }

    [Fact]
    public async Task Run_Arguments_AreNotReadByAShell()
    {
        var outcome = await _runner.RunAsync(
            new CommandSettings { Command = ["printf", "%s|", "$HOME", "`id`", "a b", "*", "", "'", "{id};"] },
            _folder.Path, new Dictionary<string, string> { ["{id}"] = "$(id)" }, CancellationToken.None);

        Assert.Equal("$HOME|`id`|a b|*||'|$(id);|", outcome.Tail);
    }

    [Fact]
    public async Task Run_FolderAndVariables_AreSet()
    {
        var command = Shell("pwd; echo $TOKEN $PLAIN; echo $TOKEN > token") with
        {
            Variables = new Dictionary<string, string> { ["TOKEN"] = "env:X", ["PLAIN"] = "plain" },
        };

        var outcome = await _runner.RunAsync(command, _folder.Path, NoPlaceholders, CancellationToken.None);

        Assert.Equal("resolved env:X\n", await File.ReadAllTextAsync(_folder["token"]));
        // What came of a reference is a secret, and is not told (S40); the fake resolves plain texts, too.
        Assert.Equal($"{_folder.Path}\n*** resolved plain", outcome.Tail);
    }

    [Fact]
    public async Task Run_MuchOutput_KeepsTheLastFortyLinesInert()
    {
        var outcome = await RunAsync(
            "i=0; while [ $i -lt 5000 ]; do i=$((i+1)); echo \"line $i of what is a rather talkative command\"; done; printf '\\033[2Jend\\n'");

        var lines = outcome.Tail.Split('\n');
        Assert.Equal(40, lines.Length);
        Assert.StartsWith("line 4962 ", lines[0], StringComparison.Ordinal);
        Assert.Equal("<U+001B>[2Jend", lines[^1]);
    }

    [Fact]
    public async Task Run_FloodOfOutput_IsCutOffWhileItRunsAndItsEndIsTold()
    {
        // It ends once what it said is cut off; its errors go where its output goes.
        var outcome = await RunAsync(
            "yes 'a rather talkative command' | head -c 8000000; while [ \"$(stat -L -c %s /proc/self/fd/2)\" -ge 8000000 ]; do sleep 0.02; done; echo the end");

        Assert.Equal(0, outcome.ExitCode);
        var lines = outcome.Tail.Split('\n');
        Assert.Equal((40, "a rather talkative command", "the end"), (lines.Length, lines[0], lines[^1]));
    }

    [Fact]
    public async Task Run_LeavesADaemonThatHoldsItsOutput_DoesNotWaitForIt()
    {
        var outcome = await RunAsync("(while [ ! -e stop ]; do sleep 0.05; done; echo late; echo done > daemon) & echo started");

        Assert.Equal((0, "started"), (outcome.ExitCode, outcome.Tail));
        Assert.False(File.Exists(_folder["daemon"]));

        // Its output did not die with us.
        File.WriteAllText(_folder["stop"], string.Empty);
        await AppearedAsync("daemon");
    }

    [Fact]
    public async Task Run_TimeOut_LeavesItRunningAndSaysWhere()
    {
        var outcome = await RunAsync(Waiting, TimeSpan.FromMilliseconds(300));

        Assert.Null(outcome.ExitCode);
        Assert.Equal("begun", outcome.Tail);
        File.WriteAllText(_folder["go"], string.Empty);
        await AppearedAsync("finished");
        Assert.Equal(["begun", "went on"], await File.ReadAllLinesAsync(outcome.OutputFile!));
        File.Delete(outcome.OutputFile!);
    }

    [Fact]
    public async Task Run_TimeOutWithKilling_EndsItWithAllItStarted()
    {
        var outcome = await RunAsync("sleep 600 & echo $! > child; wait", TimeSpan.FromMilliseconds(500), killAtTimeout: true);

        Assert.Equal((null, null), (outcome.ExitCode, outcome.OutputFile));
        var child = int.Parse(await File.ReadAllTextAsync(_folder["child"]), provider: null);
        await EventuallyAsync(() => !Chatbot.ChatbotApp.IsRunning(child));
    }

    [Fact]
    public async Task Run_Cancelled_StopsWaitingAndLeavesItRunning()
    {
        using var stopping = new CancellationTokenSource();
        var running = _runner.RunAsync(Shell(Waiting), _folder.Path, NoPlaceholders, stopping.Token);
        await AppearedAsync("begun");

        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        File.WriteAllText(_folder["go"], string.Empty);
        await AppearedAsync("finished");
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("HUP")]
    [InlineData("QUIT")]
    public async Task Run_SignalOfTheTerminal_DoesNotReachTheCommand(string signal)
    {
        var outcome = await RunAsync($"kill -{signal} $$; echo survived");

        Assert.Equal((0, "survived"), (outcome.ExitCode, outcome.Tail));
    }

    [Fact]
    public async Task Run_ReadsItsInput_FindsNone()
    {
        var outcome = await RunAsync("read line; echo \"<$line>\"");

        Assert.Equal((0, "<>"), (outcome.ExitCode, outcome.Tail));
    }

    [Fact]
    public async Task Run_ProgramBesideTheFolder_IsFoundFromThere()
    {
        await RunAsync("printf '#!/bin/sh\\necho mine\\n' > restart; chmod +x restart");

        var outcome = await _runner.RunAsync(
            new CommandSettings { Command = ["./restart"] }, _folder.Path, NoPlaceholders, CancellationToken.None);

        Assert.Equal("mine", outcome.Tail);
    }

    [Theory]
    [InlineData("no-such-program-here")]
    [InlineData("./restart")]
    [InlineData("data")]
    public async Task Run_ProgramThatIsNone_SaysSo(string program)
    {
        await File.WriteAllTextAsync(_folder["data"], "no program");

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() => _runner.RunAsync(
            new CommandSettings { Command = [program] }, _folder.Path, NoPlaceholders, CancellationToken.None));

        Assert.Equal(ErrorId.ActivationFailed, failure.Id);
        Assert.Contains($"'{program}' cannot be started", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FolderThatIsNone_SaysSo()
    {
        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() => _runner.RunAsync(
            Shell("true"), _folder["missing"], NoPlaceholders, CancellationToken.None));

        Assert.Equal(ErrorId.ActivationFailed, failure.Id);
    }

    [Fact]
    public async Task Start_ACommand_GivesAProcessThatCanBeReadAndEnded()
    {
        using var process = await _runner.StartAsync(
            Shell("echo {port}; exec sleep 600"), _folder.Path,
            new Dictionary<string, string> { ["{port}"] = "1234" }, CancellationToken.None);

        Assert.Equal("1234", await process.StandardOutput.ReadLineAsync());
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().WaitAsync(s_patience);
    }

    private static Dictionary<string, string> NoPlaceholders { get; } = [];

    private static CommandSettings Shell(string script) => new() { Command = ["sh", "-c", script], Timeout = s_patience };

    private Task<CommandOutcome> RunAsync(string script, TimeSpan? timeout = null, bool killAtTimeout = false) =>
        _runner.RunAsync(
            Shell(script) with { Timeout = timeout ?? s_patience }, _folder.Path, NoPlaceholders, CancellationToken.None,
            killAtTimeout);

    private Task AppearedAsync(string name) => EventuallyAsync(() => File.Exists(_folder[name]));

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < s_patience, "It did not come true in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    private sealed class PlainSecrets : ISecretSource
    {
        public ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken) =>
            ValueTask.FromResult($"resolved {reference}");
    }
}
