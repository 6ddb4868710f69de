using System.Diagnostics;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;
using RollbackTools.Tests.Shell;

namespace RollbackTools.Tests.Examples;

/// <summary>The loop of examples/systemd as a process of its own, and the one-line emergency script.</summary>
public sealed class ServiceLoopTests : IDisposable
{
    private const string In = "cd \"$0\" && exec \"$@\"";
    private static readonly string s_loop = Path.Combine(Checkout.Root, "examples", "systemd", "watch.ps1");

    private readonly ReleaseFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Loop_ABadDeployment_IsTakenBackInUnderThirtySecondsAtTheClient()
    {
        using var loop = Start();
        await loop.WaitForAsync("Waiting");
        long? failedAt = null, goodAt = null;
        var bad = _folder.Add(DateTimeOffset.UtcNow);
        _folder.Server.Broken.Add(bad);
        // Every answer follows the link: what is asked after the switch back is answered well.
        _folder.Server.Arrived = () =>
        {
            if (_folder.LiveId == bad)
            {
                failedAt ??= Stopwatch.GetTimestamp();
            }
            else if (failedAt is not null)
            {
                goodAt ??= Stopwatch.GetTimestamp();
            }
        };
        _folder.Link(bad);

        await loop.WaitForAsync("RolledBack");
        Assert.InRange(Stopwatch.GetElapsedTime(failedAt!.Value, goodAt!.Value).TotalSeconds, 0, 30);
        await loop.SignalAsync("INT");
        await loop.EndAsync();
        Assert.Equal(_folder.Current, _folder.LiveId);
    }

    [Fact]
    public async Task Loop_Interrupted_EndsAndSaysSo()
    {
        using var loop = Start();
        await loop.WaitForAsync("Waiting");

        await loop.SignalAsync("INT");
        var ended = await loop.EndAsync();

        Assert.Contains("Stopped watching", ended.Output + ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmergencyScript_RollsBackAndReports()
    {
        using var script = ShellProcess.StartCommand(
            "sh", "-c", In, _folder.Root, "dotnet", ShellProcess.Assembly, "-File", Path.Combine(Checkout.Root, "examples", "emergency-rollback.ps1"), "checkout", "fails");

        var ended = await script.EndAsync();

        Assert.True(ended.ExitCode == 0, ended.Output + ended.Error);
        Assert.Equal(_folder.Previous, _folder.LiveId);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(_folder.State, "reports"), "*.md"));
    }

    [Fact]
    public void Unit_NamesTheLoopAndTheSwitchThatThereAre()
    {
        var unit = File.ReadAllLines(Path.Combine(Checkout.Root, "examples", "systemd", "rollback-watch@.service"));

        var start = Assert.Single(unit, line => line.StartsWith("ExecStart=", StringComparison.Ordinal));
        Assert.EndsWith("/examples/systemd/watch.ps1", start, StringComparison.Ordinal);
        Assert.Contains("Restart=always", unit);
        Assert.Contains("KillSignal=SIGINT", unit);
    }

    [SystemdFact]
    public void Unit_BySystemdsOwnChecker_IsFine()
    {
        var unit = File.ReadAllText(Path.Combine(Checkout.Root, "examples", "systemd", "rollback-watch@.service"));
        var copy = Path.Combine(_folder.Root, "rollback-watch@.service");

        // pwsh need not be here.
        File.WriteAllText(copy, unit.Replace("/usr/bin/pwsh", "/bin/true", StringComparison.Ordinal));
        var fine = Verify(copy);
        File.WriteAllText(copy, unit.Replace("/usr/bin/pwsh", "/bin/true", StringComparison.Ordinal).Replace("Restart=always", "Restrat=always", StringComparison.Ordinal));
        var mistaken = Verify(copy);

        Assert.DoesNotContain("rollback-watch", fine, StringComparison.Ordinal);
        Assert.Contains("Restrat", mistaken, StringComparison.Ordinal);
    }

    private static string Verify(string unit)
    {
        using var process = Process.Start(new ProcessStartInfo(SystemdFactAttribute.Program, ["verify", "--man=no", unit]) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return said;
    }

    private ShellProcess Start() => ShellProcess.StartCommand("sh", "-c", In, _folder.Root, "dotnet", ShellProcess.Assembly, "-File", s_loop);
}
