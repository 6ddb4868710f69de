using RollbackOps.Rollbacks;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>The safety gates of Invoke-Rollback: what each refuses, and what goes on in spite of it (S1, S37).</summary>
public sealed class GateTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly Session _session;

    public GateTests() => _session = new Session(_folder.Root);

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Choice_OfUnknownHealthNotProbed_IsRefusedAndRecorded()
    {
        ForgetWhatServed();

        var outcome = _session.Run("Invoke-Rollback -Reason r -Confirm:$false");

        Assert.Equal("TargetUnproven", outcome.ErrorId());
        Assert.Equal(RollbackStatus.Refused, outcome.Single<RollbackResult>().Status);
        Assert.Contains($"-Target {_folder.Previous}", outcome.Told, StringComparison.Ordinal);
        Assert.Equal(_folder.Current, _folder.LiveId);
        Assert.Equal(RollbackStatus.Refused, _session.Run("Get-RollbackLog").Clean().Single<RollbackLogEntry>().Status);
    }

    [Fact]
    public void Target_OfUnknownHealthButNamed_GoesOnWithAWarning()
    {
        ForgetWhatServed();

        var result = _session.Run($"Invoke-Rollback -Target {_folder.Previous} -Reason r -Confirm:$false").Clean().Single<RollbackResult>();

        Assert.Equal((RollbackStatus.Succeeded, _folder.Previous), (result.Status, _folder.LiveId));
        Assert.Contains(result.Warnings, warning => warning.Id == "HealthUnknown");
    }

    /// <summary>Without the record of what served when, nothing is known of any release's health.</summary>
    private void ForgetWhatServed() => File.Delete(Path.Combine(_folder.Root, "revisions.log"));
}
