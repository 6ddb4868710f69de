using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Shell;

/// <summary>A machine in an odd time zone: what is kept is UTC, what is asked for may be local.</summary>
public sealed class ZoneTests
{
    [Theory]
    [InlineData("Pacific/Chatham")]
    [InlineData("America/St_Johns")]
    public async Task Rollback_InAnOddZone_IsKeptInUtcAndFoundByLocalTime(string zone)
    {
        using var folder = new ReleaseFolder();
        var script = $$"""
            Import-Module '{{Checkout.Manifest}}'
            $result = Invoke-Rollback -Reason zone -Confirm:$false
            $report = New-IncidentReport
            "result $($result.StartedAt.Offset) report $($report.Timeline[0].At.Offset) post-mortem $($report.PostMortem.ScheduledAt.Offset)"
            "behind $([Math]::Abs(([DateTimeOffset]::UtcNow - $result.StartedAt).TotalMinutes) -lt 5)"
            "local $(@(Get-RollbackLog -Since ([DateTime]::Now.AddMinutes(-10))).Count) $(@(Get-RollbackLog -Since ([DateTime]::Now.AddMinutes(10))).Count)"
            """;

        using var shell = ShellProcess.StartCommand("env", $"TZ={zone}", "dotnet", ShellProcess.Assembly, "-WorkingDirectory", folder.Root, "-Command", script);
        var run = await shell.EndAsync();

        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        Assert.Matches("result 00:00:00 report (00:00:00 )+post-mortem 00:00:00", run.Output);
        Assert.Contains("behind True", run.Output, StringComparison.Ordinal);
        Assert.Contains("local 1 0", run.Output, StringComparison.Ordinal);
        var calendar = await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(folder.State, "reports"), "*.ics").Single());
        Assert.Matches(@"DTSTART:\d{8}T\d{6}Z", calendar);
    }

    [Fact]
    public async Task Time_WithoutAZoneAroundAChangeOfClocks_IsNeverGuessed()
    {
        using var folder = new ReleaseFolder();
        var script = $$"""
            Import-Module '{{Checkout.Manifest}}'
            function Ask([object] $since) {
                try { Get-RollbackLog -Since $since -Verbose 4>&1 } catch { "refused: $_" }
            }
            Ask '2026-11-01 00:59:59'
            Ask '2026-11-01 01:30'
            Ask ([DateTime]'2026-11-01 01:30')
            Ask '2026-11-01 01:30 -04:00'
            Ask '2026-11-01T01:30:00-05:00'
            Ask '2026-11-01 02:00'
            Ask '2026-03-08 02:30'
            Ask '2026-03-08 03:00'
            Ask 'yesterday'
            """;

        using var shell = ShellProcess.StartCommand(
            "env", "TZ=America/New_York", "dotnet", ShellProcess.Assembly, "-WorkingDirectory", folder.Root, "-Command", script);
        var run = await shell.EndAsync();

        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        var twice = "'2026-11-01 01:30:00 -04:00' or '2026-11-01 01:30:00 -05:00'";
        Assert.Collection(
            run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            line => Assert.Contains("2026-11-01 04:59:59Z", line, StringComparison.Ordinal),
            line => Assert.Contains(twice, line, StringComparison.Ordinal),
            line => Assert.Contains(twice, line, StringComparison.Ordinal),
            line => Assert.Contains("2026-11-01 05:30:00Z", line, StringComparison.Ordinal),
            line => Assert.Contains("2026-11-01 06:30:00Z", line, StringComparison.Ordinal),
            line => Assert.Contains("2026-11-01 07:00:00Z", line, StringComparison.Ordinal),
            line => Assert.Contains("never was in America/New_York", line, StringComparison.Ordinal),
            line => Assert.Contains("2026-03-08 07:00:00Z", line, StringComparison.Ordinal),
            line => Assert.Contains("'yesterday' is no time", line, StringComparison.Ordinal));
    }
}
