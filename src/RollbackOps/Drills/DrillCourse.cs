using RollbackOps.Databases;
using RollbackOps.Decisions;
using RollbackOps.Incidents;
using RollbackOps.Notifications;
using RollbackOps.Rollbacks;

namespace RollbackOps.Drills;

/// <summary>
/// The course of a drill that nobody takes part in: what an incident would do, by the same code: verdict, plan, rollback,
/// restore, verification, report.
/// </summary>
internal sealed class DrillCourse(DrillStage stage)
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(5);
    private const int EnoughGood = 10;

    /// <summary>The rollback, once there is one.</summary>
    public RollbackResult? Rollback { get; private set; }

    /// <summary>The restore, once there is one.</summary>
    public DatabaseRestoreResult? Restore { get; private set; }

    /// <summary>The report, once it is written.</summary>
    public IncidentReport? Report { get; private set; }

    /// <summary>What was given up, or null.</summary>
    public string? GivenUp { get; private set; }

    /// <summary>Runs from the good state to the report.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var scenario = stage.Scenario;
        using var limit = new CancellationTokenSource(scenario.WarmUp + stage.TimeLimit, stage.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await RunWithinAsync(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            GivenUp ??= $"it was not over {Configuration.Duration.Format(stage.TimeLimit)} after the deployment";
        }
        catch (RollbackOpsException failure) when (failure.Id != ErrorId.DrillRefused)
        {
            GivenUp ??= failure.Message;
        }

        await ReportAsync(cancellationToken);
    }

    private async Task RunWithinAsync(CancellationToken cancellationToken)
    {
        var scenario = stage.Scenario;
        await TakeBackupAsync(cancellationToken);
        await using var pump = Notifier.Create(stage.Adapters, stage.Context, stage.Ground.Secrets, stage.Say) is { } notifier
            ? new NotificationPump(notifier, stage.Context, stage.Say)
            : null;
        pump?.Start();
        var watching = new DrillWatch(stage).RunAsync(scenario.WarmUp + stage.TimeLimit, cancellationToken);
        await Task.Delay(scenario.WarmUp, stage.Clock, cancellationToken);
        var deployed = await stage.Ground.DeployAsync(cancellationToken);
        stage.Say($"{deployed} is deployed: {scenario.Situation}");
        if (await watching is not { } decision)
        {
            GivenUp = "no verdict carried a rollback";
            return;
        }

        stage.Guard();
        await RollBackAsync(decision, cancellationToken);
        if (Rollback is { Status: RollbackStatus.Succeeded } && scenario.RestoresDatabase)
        {
            stage.Guard();
            await RestoreAsync(cancellationToken);
        }

        await AwaitUsersAsync(cancellationToken);
        await (pump?.EndAsync(cancellationToken) ?? Task.FromResult<IReadOnlyList<NotificationResult>>([]));
        if (stage.Ground.ToldAt is { } told)
        {
            stage.Moments.Reach(DrillMarkKind.Notified, told, "the team's channel has the message");
        }

        await VerifyAsync(cancellationToken);
    }

    private async Task TakeBackupAsync(CancellationToken cancellationToken)
    {
        var backup = await new BackupTaker(stage.Database, stage.Database.OpenFolder(null), _ => { }).TakeAsync(keep: null, cancellationToken);
        await new BackupTester(stage.Database, _ => { }).TestAsync(backup, cancellationToken);
    }

    private async Task RollBackAsync(RollbackDecision decision, CancellationToken cancellationToken)
    {
        var attempt = new DrillAttempt(stage);
        Rollback = await attempt.RunAsync(decision, cancellationToken);
        if (Rollback is null)
        {
            GivenUp = "the verdict asks for no rollback any more";
        }
        else if (Rollback.Status != RollbackStatus.Succeeded)
        {
            GivenUp = $"the rollback is {Rollback.Status}: {Rollback.Message}";
        }
    }

    private async Task RestoreAsync(CancellationToken cancellationToken)
    {
        var folder = stage.Database.OpenFolder(null);
        var backup = new BackupCatalogue(stage.Database, folder).Read().First(one => one.Status is BackupStatus.Tested or BackupStatus.Untested);
        var plan = await new RestorePlanner(stage.Database).PlanAsync(
            backup,
            new RestoreRequest { Reason = $"Drill {stage.Scenario.Name}", ExportLostChanges = true },
            cancellationToken);
        Restore = await new RestoreRunner(stage.Database, stage.Tell).RunAsync(plan, cancellationToken);
        if (Restore.Status != RestoreStatus.Succeeded)
        {
            GivenUp = $"the restore is {Restore.Status}: {Restore.Message}";
        }
    }

    private async Task AwaitUsersAsync(CancellationToken cancellationToken)
    {
        while (stage.Ground.Look() is not { FirstGoodAfter: not null, GoodInARow: >= EnoughGood })
        {
            await Task.Delay(s_look, stage.Clock, cancellationToken);
        }
    }

    /// <summary>Looks at the criteria of the immediate window until they hold, as long as the window is open.</summary>
    private async Task VerifyAsync(CancellationToken cancellationToken)
    {
        if (Rollback is not { RollbackId: { } id })
        {
            return;
        }

        while (true)
        {
            var seen = await new WindowVerifier(stage.Context, _ => { }).VerifyAsync(
                new WindowRequest
                {
                    RollbackId = id,
                    Window = VerificationWindow.Immediate,
                    Measurements = stage.Measure(cancellationToken),
                    Answers = stage.Ground.ToldAt is null ? new Dictionary<HumanItem, bool>() : new Dictionary<HumanItem, bool> { [HumanItem.TeamNotified] = true },
                    Database = stage.PingAsync,
                },
                cancellationToken);
            stage.Say($"Immediate: {seen.Status}: {string.Join("; ", seen.Criteria.Select(one => $"{one.Name}: {one.Status}"))}");
            if (seen.Status is VerificationStatus.Passed or VerificationStatus.PassedAsBefore)
            {
                stage.Moments.Reach(DrillMarkKind.Verified, string.Join("; ", seen.Criteria.Select(one => $"{one.Name}: {one.Status}")));
                return;
            }

            await Task.Delay(s_between, stage.Clock, cancellationToken);
        }
    }

    /// <summary>Writes the report of whatever became of it (S39).</summary>
    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        if (Rollback is null && Restore is null)
        {
            return;
        }

        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        var input = new ReportInput
        {
            Result = Rollback,
            RollbackId = Rollback?.RollbackId,
            Measurements = stage.Measure(cancellationToken),
            Database = new DatabaseSection { Restores = Restore is null ? [] : [Restore] },
            Title = $"Drill {stage.Scenario.Name}: {Rollback?.Status.ToString() ?? Restore?.Status.ToString()}",
        };
        try
        {
            var report = new IncidentReporter(stage.Context).Make(input);
            Report = new ReportFiles(stage.Context, stage.Adapters.CreateReportRenderer(), stage.Adapters.CreateMeetingCalendar())
                .Write(report, folder: null, [], isRefresh: false);
            stage.Moments.Reach(DrillMarkKind.Reported, $"the incident report {report.Id}");
        }
        catch (RollbackOpsException failure)
        {
            GivenUp ??= failure.Message;
        }
    }
}
