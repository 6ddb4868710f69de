using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Shell;

/// <summary>The scheduled job: what it prints, and the exit code that it ends with.</summary>
public sealed class ReadinessExampleTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Example_CheckReadiness_EndsWith1WhereSomethingIsInTheWay()
    {
        var run = await ShellProcess.RunAsync([Path.Combine(Checkout.Root, "examples", "check-readiness.ps1"), "-ConfigurationPath", _folder.Root]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Failed: review: none is on record", run.Output, StringComparison.Ordinal);
        Assert.Contains("    Review the procedure", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"\d+ checks: \d+ in the way, \d+ to look at\.", run.Output);
    }

    [Theory]
    [InlineData("lease*", 0)]
    [InlineData("review", 1)]
    public async Task OneLine_OfTheHelp_EndsWithTheExitCode(string name, int exitCode)
    {
        var run = await ShellProcess.RunAsync(
            ["-Command", $"if (-not (Test-RollbackReadiness '{name}' -ConfigurationPath '{_folder.Root}' -Timeout 60s -Quiet)) {{ exit 1 }}"]);

        Assert.True(run.ExitCode == exitCode, run.Output + run.Error);
    }
}
