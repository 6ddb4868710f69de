using System.Globalization;
using System.Text.Json;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Kills;

/// <summary>A rollback of a running service that is killed, then taken up again, with everything that must hold.</summary>
internal sealed class KilledRollback : IDisposable
{
    private readonly SampleRoot _root = new(FreePort.Find());
    private readonly SwitchCount _switches;

    private KilledRollback() => _switches = new SwitchCount(_root.Path);

    public SampleRoot Root => _root;

    /// <summary>A release directory whose live release is really served.</summary>
    public static async Task<KilledRollback> LayOutAsync()
    {
        var laidOut = new KilledRollback();
        var started = await ChildRun.OfAsync("restart", laidOut._root);
        Assert.True(started.ExitCode == 0, started.Errors);
        return laidOut;
    }

    /// <summary>Runs a verb and has it killed at a boundary.</summary>
    public async Task KillAsync(string verb, int boundary)
    {
        var killed = await ChildRun.OfAsync(verb, _root, boundary);
        Assert.True(killed.ExitCode == ChildRun.Killed, $"exit code {killed.ExitCode}: {killed.Output}{killed.Errors}");
        Assert.True(IsTrusted());
        var attempt = _root.Context.ReadLedger().Attempts.SingleOrDefault();
        if (attempt?.SwitchedAt is not null)
        {
            Assert.Equal(SampleRoot.Previous, _root.Target);
        }
    }

    /// <summary>Takes it up in this process, or begins it when the journal knows of none; says how it came out.</summary>
    public async Task<RollbackStatus> FinishAsync()
    {
        var context = _root.Context;
        var attempt = context.ReadLedger().Attempts.SingleOrDefault();
        if (attempt is { Status: RollbackStatus.Succeeded })
        {
            var nothing = await Assert.ThrowsAsync<RollbackOpsException>(
                () => new RollbackRunner(context, _ => { }).ResumeAsync(rollbackId: null, CancellationToken.None));
            Assert.Equal(ErrorId.RollbackNotFound, nothing.Id);
            return attempt.Status;
        }

        if (attempt is not null)
        {
            return (await new RollbackRunner(context, _ => { }).ResumeAsync(rollbackId: null, CancellationToken.None)).Status;
        }

        // Killed before its first record: nothing was changed, and nothing is in the way of a new one.
        Assert.Equal(SampleRoot.Live, _root.Target);
        Assert.Equal(0, await _switches.ReadAsync());
        var plan = await new RollbackPlanner(context, _ => { }).PlanAsync(
            new PlanRequest { Reason = "again" }, CancellationToken.None);
        return (await new RollbackRunner(context, _ => { }).RunAsync(plan, decision: null, CancellationToken.None)).Status;
    }

    /// <summary>What must hold once it is finished.</summary>
    public async Task AssertInPlaceOnceAsync()
    {
        Assert.Equal(1, await _switches.ReadAsync());
        Assert.Equal(SampleRoot.Previous, _root.Target);
        Assert.Equal(SampleRoot.Previous, await ServedAsync());
        var context = _root.Context;
        var ledger = context.ReadLedger();
        var attempt = Assert.Single(ledger.Attempts);
        Assert.Equal(RollbackStatus.Succeeded, attempt.Status);
        Assert.Equal(SampleRoot.Previous, attempt.Plan!.Target.Id);
        Assert.All(attempt.ToResult("shop", "production", "").Steps, step => Assert.Equal(StepStatus.Done, step.Status));
        Assert.Equal([SampleRoot.Live], ledger.Marks.Keys);
        Assert.Single(_root.Records(JournalKind.DeploymentMarked));
        var pin = await context.Platform.ReadPinAsync(CancellationToken.None);
        Assert.Equal(attempt.RollbackId, pin?.RollbackId);
        Assert.True(IsTrusted());
        Assert.Empty(ledger.Reading.Findings);
        Assert.Null(context.Store.ReadHolder(context.LeaseKey));
        Assert.Empty(_root.Leftovers);
        var alive = Assert.Single(_root.Processes());
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"serve {_root.Path} {_root.Port}"), alive, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _switches.Dispose();
        _root.Dispose();
    }

    private bool IsTrusted() => JournalCheck.Of(_root.Context).IsTrusted;

    private async Task<string?> ServedAsync()
    {
        using var client = new HttpClient();
        var answer = await client.GetStringAsync(new Uri($"http://127.0.0.1:{_root.Port}/health"));
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.GetProperty("release").GetString();
    }
}
