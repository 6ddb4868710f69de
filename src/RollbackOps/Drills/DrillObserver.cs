using RollbackOps.Databases;
using RollbackOps.Decisions;
using RollbackOps.Rollbacks;

namespace RollbackOps.Drills;

/// <summary>
/// Times a person who does the drill in a session of their own: by the journal, by the kept verdict, and by what the users see.
/// It does nothing itself but deploy the fault.
/// </summary>
internal sealed class DrillObserver(DrillStage stage, Action<string> say)
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private const int EnoughGood = 10;

    /// <summary>The rollback as the journal has it, or null.</summary>
    public RollbackResult? Rollback { get; private set; }

    /// <summary>The restore as the journal has it, or null.</summary>
    public DatabaseRestoreResult? Restore { get; private set; }

    /// <summary>What was given up, or null.</summary>
    public string? GivenUp { get; private set; }

    /// <summary>Deploys the fault and watches until the report is written or the time is over.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var scenario = stage.Scenario;
        using var limit = new CancellationTokenSource(scenario.WarmUp + stage.TimeLimit, stage.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await new BackupTaker(stage.Database, stage.Database.OpenFolder(null), _ => { }).TakeAsync(keep: null, either.Token);
            say($"The service runs. Its folder: {Path.GetDirectoryName(stage.Ground.ConfigurationFile)}");
            say($"Work on it from another session, with -ConfigurationPath '{stage.Ground.ConfigurationFile}', or from that folder.");
            await Task.Delay(scenario.WarmUp, stage.Clock, either.Token);
            var deployed = await stage.Ground.DeployAsync(either.Token);
            say($"{stage.Clock.GetUtcNow():HH:mm:ss} UTC: {deployed} was deployed. Something may be wrong. The clock runs until the incident report is written.");
            while (!Look())
            {
                await Task.Delay(s_look, stage.Clock, either.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            GivenUp = $"it was not over {Configuration.Duration.Format(stage.TimeLimit)} after the deployment";
        }
        catch (RollbackOpsException failure) when (failure.Id != ErrorId.DrillRefused)
        {
            GivenUp = failure.Message;
        }
    }

    /// <summary>Takes in what has happened; gives whether all of it has.</summary>
    private bool Look()
    {
        stage.Guard();
        var ledger = stage.Context.ReadLedger();
        TakeVerdict();
        foreach (var record in ledger.Reading.Records)
        {
            Take(record);
        }

        Rollback = ledger.Attempts.LastOrDefault(attempt => attempt.Plan is not null)?
            .ToResult(stage.Context.Settings.Project, stage.Context.Settings.Environment, stage.Context.Store.Location);
        Restore = RestoreLedger.From(ledger.Reading).Attempts is [.., var restore] ? restore.ToResult() : null;
        var users = stage.Ground.Look();
        var isMitigated = users is { FirstGoodAfter: not null, GoodInARow: >= EnoughGood } && stage.Ground.ServedRelease == stage.Ground.GoodRelease;
        if (isMitigated && users.FirstGoodAfter is { } good && !stage.Moments.Has(DrillMarkKind.Mitigated))
        {
            stage.Moments.Reach(DrillMarkKind.Mitigated, good, "users get good answers");
            say($"{good:HH:mm:ss} UTC: users get good answers again. Verify it (Test-RollbackSuccess) and write the report (New-IncidentReport).");
        }

        return isMitigated && stage.Moments.Has(DrillMarkKind.Reported) && (!stage.Scenario.RestoresDatabase || Restore is { Status: RestoreStatus.Succeeded });
    }

    private void TakeVerdict()
    {
        try
        {
            var kept = KeptVerdict.Read(stage.Context);
            if (kept.Severity is Severity.P1 or Severity.P2 && kept.Current?.Id != stage.Ground.GoodRelease)
            {
                stage.Moments.Reach(DrillMarkKind.Detected, kept.DecidedAt, $"{kept.Verdict}: {kept.Reasons[0]}");
            }
        }
        catch (RollbackOpsException)
        {
            // Nobody watched, or not yet.
        }
    }

    private void Take(JournalRecord record)
    {
        switch (record.Kind)
        {
            case JournalKind.RollbackStarted:
                stage.Moments.Reach(DrillMarkKind.Detected,
                    record.Read(RollbackJson.Compact.RollbackStartedData)?.Inputs?.At ?? record.At, "a rollback was begun");
                stage.Moments.Reach(DrillMarkKind.Decided, record.At, "a rollback was begun");
                break;
            case JournalKind.RestoreStarted:
                stage.Moments.Reach(DrillMarkKind.Detected, record.At, "a restore was begun");
                stage.Moments.Reach(DrillMarkKind.Decided, record.At, "a restore was begun");
                break;
            case JournalKind.Verified when !stage.Scenario.RestoresDatabase
                && record.Read(RollbackJson.Compact.VerifiedData)?.Verification is { Status: VerificationStatus.Passed }:
            case JournalKind.WindowVerified when record.Read(RollbackJson.Compact.WindowVerifiedData)?.Verification.Status
                is VerificationStatus.Passed or VerificationStatus.PassedAsBefore:
            case JournalKind.RestoreFinished when stage.Scenario.RestoresDatabase
                && record.Read(RollbackJson.Compact.RestoreFinishedData)?.Status == RestoreStatus.Succeeded:
                stage.Moments.Reach(DrillMarkKind.Verified, record.At, $"{record.Kind}");
                break;
            case JournalKind.ReportWritten:
                stage.Moments.Reach(DrillMarkKind.Reported, record.At, "the incident report");
                break;
        }
    }
}
