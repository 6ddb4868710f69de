using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>PowerShell's location is not the process's (cmdlets.md, Input).</summary>
public sealed class PathTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly DirectoryInfo _process = Directory.CreateTempSubdirectory("rollback-process-");
    private readonly string _before = Directory.GetCurrentDirectory();
    private readonly Session _session;

    public PathTests()
    {
        Directory.SetCurrentDirectory(_process.FullName);
        _session = new Session(_folder.Root);
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
        Directory.SetCurrentDirectory(_before);
        _process.Delete(recursive: true);
    }

    [Fact]
    public void RelativePaths_Everywhere_StartAtPowerShellsLocation()
    {
        var outcome = _session.Run("""
            $null = New-RollbackPlan -Reason r -OutFile plan.json -ConfigurationPath ./rollback.json
            $null = Invoke-Rollback -PlanFile ./plan.json -Confirm:$false
            $null = New-IncidentReport -OutFolder reports
            """);

        outcome.Clean();
        Assert.True(File.Exists(Path.Combine(_folder.Root, "plan.json")));
        Assert.Equal([".html", ".ics", ".json", ".md"], Directory.GetFiles(Path.Combine(_folder.Root, "reports")).Select(Path.GetExtension).Order());
        Assert.Empty(_process.GetFileSystemInfos());
    }

    [Fact]
    public void Path_OfAnotherProvider_IsRefused() => Assert.Equal("InvalidArgument",
        _session.Run("New-RollbackPlan -Reason r -OutFile variable:plan").ErrorId());
}
