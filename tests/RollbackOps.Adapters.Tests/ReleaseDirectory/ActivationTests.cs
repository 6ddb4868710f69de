using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.ReleaseDirectory;

/// <summary>Activation commands that misbehave: the link stays switched, and the journal says what is the matter.</summary>
public sealed class ActivationTests : IDisposable
{
    private readonly SampleRoot _root = new(FreePort.Find());
    private readonly List<int> _started = [];

    [Fact]
    public async Task Activation_Fails_IsNotServedWithItsOutput()
    {
        var result = await RollAsync(["sh", "-c", "echo cannot bind >&2; exit 7"]);
        AssertSwitchedNotServed(result, ErrorId.ActivationFailed);
        Assert.Contains("exit code 7", result.Message, StringComparison.Ordinal);
        Assert.Contains("cannot bind", result.Message, StringComparison.Ordinal);
        Assert.Contains("Resume-Rollback", result.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Activation_CannotBeStarted_IsNotServed()
    {
        var result = await RollAsync(["/nonexistent/restart"]);
        AssertSwitchedNotServed(result, ErrorId.ActivationFailed);
        Assert.Contains("/nonexistent/restart", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Activation_Hangs_IsLeftRunningAfterItsTimeout()
    {
        var result = await RollAsync(["sh", "-c", $"echo $$ > {_root["pid"]}; exec sleep 60"], TimeSpan.FromMilliseconds(500));
        _started.Add(int.Parse(await File.ReadAllTextAsync(_root["pid"])));
        AssertSwitchedNotServed(result, ErrorId.ActivationFailed);
        Assert.Contains("left running", result.Message, StringComparison.Ordinal);
        using var hanging = System.Diagnostics.Process.GetProcessById(_started[0]);
        Assert.False(hanging.HasExited);
    }

    [Fact]
    public async Task Activation_SucceedsWithoutServing_IsNotServed()
    {
        var result = await RollAsync(["true"]);
        AssertSwitchedNotServed(result, ErrorId.NotServed);
        Assert.Equal(StepStatus.Failed, Assert.Single(result.Steps, step => step.Kind == StepKind.AwaitServed).Status);
    }

    [Fact]
    public async Task Activation_LeavesADaemonHoldingItsOutput_IsNotWaitedFor()
    {
        // The daemon holds standard output and standard error far longer than this test runs.
        var restart = $"'{SampleSettings.Dotnet}' '{SampleSettings.Assembly}' restart '{_root.Path}' {_root.Port}";
        var result = await RollAsync(["sh", "-c", $"sleep 60 & echo $! > {_root["pid"]}; {restart}"]);
        _started.Add(int.Parse(await File.ReadAllTextAsync(_root["pid"])));
        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        Assert.InRange(result.Duration, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Activation_MendedAfterAFailure_IsFinishedByResume()
    {
        await RollAsync(["false"]);
        var resumed = await new RollbackRunner(_root.Context, _ => { }).ResumeAsync(null, CancellationToken.None);
        Assert.Equal(RollbackStatus.Succeeded, resumed.Status);
        Assert.Single(_root.Records(JournalKind.StepIntended), record => Kind(record) == "Switch");
        Assert.Equal(2, _root.Records(JournalKind.StepIntended).Count(record => Kind(record) == "Activate"));
    }

    [Fact]
    public async Task Activation_SaysControlCharacters_AreShownInert()
    {
        var result = await RollAsync(["sh", "-c", "printf '\\033[2Jgone\\a'; exit 1"]);
        Assert.Contains("<U+001B>[2Jgone<U+0007>", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Activation_Placeholders_AreFilledAsWholeArguments()
    {
        await RollAsync(["sh", "-c", "printf '%s %s' \"$1\" \"$2\" > said; exit 1", "sh", "{id}", "{release}"]);
        Assert.Equal(
            $"{SampleRoot.Previous} {_root[$"releases/{SampleRoot.Previous}"]}", await File.ReadAllTextAsync(_root["said"]));
    }

    public void Dispose()
    {
        foreach (var id in _started)
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            process.Kill();
        }

        _root.Dispose();
    }

    private static string? Kind(JournalRecord record) => record.Data.GetProperty("kind").GetString();

    private async Task<RollbackResult> RollAsync(string[] command, TimeSpan? timeout = null)
    {
        var settings = _root.Settings;
        var context = SampleSettings.Open(settings with
        {
            Platform = settings.Platform with
            {
                Activate = new CommandSettings { Command = command, Timeout = timeout ?? TimeSpan.FromSeconds(20) },
                // What is served at once is seen at once; only a service that never comes is waited for.
                ServedTimeout = TimeSpan.FromSeconds(command is ["true"] ? 0.5 : 10),
            },
        });
        var plan = await new RollbackPlanner(context, _ => { }).PlanAsync(
            new PlanRequest { Reason = "slow" }, CancellationToken.None);
        return await new RollbackRunner(context, _ => { }).RunAsync(plan, decision: null, CancellationToken.None);
    }

    private void AssertSwitchedNotServed(RollbackResult result, ErrorId expected)
    {
        Assert.Equal(RollbackStatus.NotServed, result.Status);
        Assert.Equal(expected, result.Error);
        Assert.Equal(SampleRoot.Previous, _root.Target);
        Assert.Equal(StepStatus.Done, Assert.Single(result.Steps, step => step.Kind == StepKind.Switch).Status);
        // Not served is not proven bad: nothing is marked yet.
        Assert.Empty(_root.Context.ReadLedger().Marks);
        Assert.True(JournalCheck.Of(_root.Context).IsTrusted);
    }
}
