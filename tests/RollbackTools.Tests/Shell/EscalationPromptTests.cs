using System.Text.Json.Nodes;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Shell;

/// <summary>The person at a terminal is shown whom to dial, and says by a key what came of it.</summary>
public sealed class EscalationPromptTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly ScriptFolder _scripts = new();

    public EscalationPromptTests() => _folder.Change(configuration => configuration["escalation"] = new JsonObject
    {
        ["automatic"] = "0s",
        ["contacts"] = new JsonArray(
            new JsonObject { ["name"] = "Ann", ["level"] = "primary", ["phone"] = "+49 30 1111111" },
            new JsonObject { ["name"] = "Bob", ["level"] = "secondary", ["phone"] = "+49 30 2222222" }),
    });

    public void Dispose()
    {
        _folder.Dispose();
        _scripts.Dispose();
    }

    [TerminalFact]
    public async Task Telephone_AtATerminal_IsShownAndAnsweredByKey()
    {
        var script = _scripts.Add("escalate.ps1", $$"""
            Import-Module '{{Checkout.Manifest}}'
            Start-Escalation INC-1 -Severity P1 -Reason down -UntilAcknowledged -WarningAction Ignore -ConfigurationPath '{{_folder.Root}}' |
                ForEach-Object { "step $($_.Kind) $($_.Contact)" }
            """);
        using var shell = ShellProcess.StartOnTerminal($"'{script}'");
        await shell.WaitForAsync("Dial Ann (primary): +49 30 1111111");

        await shell.TypeAsync("n");
        await shell.WaitForAsync("Dial Bob (secondary): +49 30 2222222");
        await shell.TypeAsync("a");
        var run = await shell.EndAsync();

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("step NoAnswer Ann", run.Output, StringComparison.Ordinal);
        Assert.Contains("step Answered Bob", run.Output, StringComparison.Ordinal);
    }
}
