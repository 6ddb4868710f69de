using System.Globalization;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Kills;

/// <summary>
/// PowerShell itself is killed (SIGKILL) in the midst of Invoke-Rollback, at ten of its boundaries; Resume-Rollback then
/// finishes it. Every boundary is died at in the adapters' tests, without PowerShell.
/// </summary>
public class KillTests
{
    private const int Kills = 10;
    private const int KilledBySignal9 = 137;
    private const string Roll = "Invoke-Rollback -Reason 'killed' -Confirm:$false";

    [Fact]
    public async Task InvokeRollback_KilledAtTenBoundaries_IsFinishedByResumeRollback()
    {
        int count;
        using (var whole = new ReleaseFolder())
        {
            var facts = await ChildProcess.RunAsync(string.Empty, "kill", Checkout.Manifest, whole.Root, "0", Roll);
            count = facts.GetProperty("Events").GetArrayLength();
            Assert.Equal(0, facts.GetProperty("Errors").GetArrayLength());
        }

        Assert.True(count > Kills, $"{count} boundaries");
        for (var kill = 0; kill < Kills; kill++)
        {
            await KillAndResumeAsync(1 + (kill * (count - 1) / (Kills - 1)), isLast: kill == Kills - 1);
        }
    }

    private static async Task KillAndResumeAsync(int boundary, bool isLast)
    {
        using var folder = new ReleaseFolder();
        var exitCode = await ChildProcess.RunToDeathAsync("kill", Checkout.Manifest, folder.Root,
            boundary.ToString(CultureInfo.InvariantCulture), Roll);
        Assert.Equal(KilledBySignal9, exitCode);

        using var session = new Session(folder.Root);
        // Before its first record nothing has begun, and after its last nothing is left to do.
        var begun = session.Run("Get-RollbackLog").Clean().Output.Count > 0;
        var next = session.Run(begun ? "Resume-Rollback -Confirm:$false" : Roll);
        if (isLast)
        {
            Assert.Equal("RollbackNotFound", next.ErrorId());
        }
        else
        {
            next.Clean();
        }

        Assert.Equal(folder.Previous, folder.LiveId);
        Assert.True((bool)Assert.Single(session.Run("Test-RollbackLog -Quiet").Clean().Output).BaseObject);
        var entry = Assert.Single(session.Run("Get-RollbackLog").Clean().Output);
        Assert.Equal("Succeeded", entry.Properties["Status"].Value.ToString());
        Assert.Equal(folder.Current, Assert.Single(
            session.Run("Get-DeploymentHistory -WarningAction Ignore | Where-Object IsKnownBad").Output).Properties["Id"].Value);
    }
}
