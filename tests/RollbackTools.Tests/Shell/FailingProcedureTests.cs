using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Shell;

/// <summary>The written procedure as a script, with a rollback that fails: what a pipeline step sees of it.</summary>
public sealed class FailingProcedureTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("$ErrorActionPreference = 'Stop'")]
    [InlineData("$ErrorActionPreference = 'Continue'")]
    public async Task Procedure_WhoseActivationFails_LeavesAWholeReportAndANonZeroExitCode(string preference)
    {
        _folder.Activate("false");
        var script = Path.Combine(_folder.Root, "procedure.ps1");
        await File.WriteAllTextAsync(script,
            $"""
            {preference}
            Test-RollbackNeeded -Signal ServiceDown | Invoke-Rollback -Confirm:$false | New-IncidentReport
            if (-not $?) {"{ exit 1 }"}
            """);

        var run = await ShellProcess.RunAsync(["-WorkingDirectory", _folder.Root, script]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("exit code 1", run.Error, StringComparison.Ordinal);
        var reports = Directory.GetFiles(Path.Combine(_folder.State, "reports"));
        Assert.Equal([".html", ".ics", ".json", ".md"], reports.Select(Path.GetExtension).Order());
        var report = await File.ReadAllTextAsync(reports.Single(file => file.EndsWith(".md", StringComparison.Ordinal)));
        Assert.Contains("| Status | NotServed |", report, StringComparison.Ordinal);
        Assert.Contains("Activate failed", report, StringComparison.Ordinal);
        Assert.Contains("Finished: NotServed", report, StringComparison.Ordinal);
    }
}
