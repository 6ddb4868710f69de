using System.Text.Json;
using RollbackOps.Rollbacks;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>Every attempt is recorded, also one that ends before there is anything to roll back to (S35).</summary>
public sealed class RefusalRecordTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly Session _session;

    public RefusalRecordTests() => _session = new Session(_folder.Root);

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("@() | Invoke-Rollback -Reason r -Confirm:$false", "NoInput", "r")]
    [InlineData("@() | Undo-Rollback -Reason r -Confirm:$false", "NoInput", "r")]
    [InlineData("Get-DeploymentHistory -First 3 | Invoke-Rollback -Reason r -Confirm:$false", "MultipleTargets", "r")]
    [InlineData("Invoke-Rollback -PlanFile plan.json -Target x -Confirm:$false", "MultipleTargets", "(none given)")]
    [InlineData("Invoke-Rollback -Confirm:$false", "ReasonRequired", "(none given)")]
    [InlineData("Test-RollbackNeeded -Signal ServiceDown | Invoke-Rollback -AllowInFlight -Confirm:$false", "ReasonRequired", "(none given)")]
    [InlineData("Invoke-Rollback -Reason r", "ApprovalMissing", "r")]
    [InlineData("Undo-Rollback -Reason r", "ApprovalMissing", "r")]
    [InlineData("Resume-Rollback", "ApprovalMissing", "(none given)")]
    [InlineData("'x' | Invoke-Rollback -Reason r -Confirm:$false", "InvalidArgument", "r")]
    public void Attempt_EndedByItsCall_IsRecordedOnce(string script, string id, string reason)
    {
        // The default host of a runspace cannot prompt.
        Assert.Equal(id, _session.Run(script).ErrorId());

        var entry = _session.Run("Get-RollbackLog").Clean().Single<RollbackLogEntry>();
        Assert.Equal((RollbackStatus.Refused, reason, Environment.UserName), (entry.Status, entry.Reason, entry.Owner));
        Assert.StartsWith("none: ", entry.ActionsTaken, StringComparison.Ordinal);
        Assert.Equal(id, ErrorRecorded());
        Assert.True(_session.Run("Test-RollbackLog -Quiet").Clean().Single<bool>());
        Assert.Equal(_folder.Current, _folder.LiveId);
    }

    [Theory]
    [InlineData("@() | Invoke-Rollback -Reason r -WhatIf")]
    [InlineData("@() | Undo-Rollback -Reason r -WhatIf")]
    [InlineData("Get-DeploymentHistory -First 3 | Invoke-Rollback -Reason r -WhatIf")]
    [InlineData("Invoke-Rollback -WhatIf")]
    [InlineData("Resume-Rollback -WhatIf")]
    [InlineData("$WhatIfPreference = $true; Invoke-Rollback")]
    public void Preview_EndedByItsCall_WritesNothing(string script)
    {
        var before = _folder.Contents();

        Assert.Single(_session.Run(script).ErrorIds);

        Assert.Equal(before, _folder.Contents());
    }

    [Theory]
    [InlineData("@() | Invoke-Rollback -Reason r -Confirm:$false", "NoInput")]
    [InlineData("Invoke-Rollback -Reason r", "ApprovalMissing")]
    public void Attempt_WhereNoRecordCanBeMade_EndsWithItsOwnErrorAlone(string script, string id)
    {
        var nowhere = Directory.CreateTempSubdirectory("rollback-nowhere-").FullName;
        try
        {
            _session.Set("nowhere", nowhere);

            var outcome = _session.Run($"$PSDefaultParameterValues['*-Rollback:ConfigurationPath'] = $nowhere; {script}");

            Assert.Equal(id, outcome.ErrorId());
            Assert.Empty(outcome.Warnings);
            Assert.Empty(Directory.EnumerateFileSystemEntries(nowhere));
            Assert.False(Directory.Exists(_folder.State));
        }
        finally
        {
            Directory.Delete(nowhere, recursive: true);
        }
    }

    [Theory]
    [InlineData("Test-RollbackNeeded -ErrorRatePercent 0.1 -Duration 3m | Invoke-Rollback -Confirm:$false", "NotNeeded")]
    [InlineData("Get-DeploymentHistory -First 1 | Invoke-Rollback -Confirm:$false", "AlreadyCurrent")]
    public void Attempt_ThatHadNothingToDo_IsRecordedWithoutAnError(string script, string status)
    {
        Assert.Equal(status, _session.Run(script).Clean().Single<RollbackResult>().Status.ToString());

        Assert.Equal(status, _session.Run("Get-RollbackLog").Clean().Single<RollbackLogEntry>().Status.ToString());
        Assert.Null(ErrorRecorded());
    }

    /// <summary>The error id of the one attempt that the journal holds.</summary>
    private string? ErrorRecorded()
    {
        var line = File.ReadAllLines(Path.Combine(_folder.State, "journal.jsonl"))
            .Single(one => one.Contains("AttemptRefused", StringComparison.Ordinal));
        return JsonDocument.Parse(line).RootElement.GetProperty("data").TryGetProperty("error", out var error)
            ? error.GetString()
            : null;
    }
}
