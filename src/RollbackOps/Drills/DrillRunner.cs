using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Databases;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;

namespace RollbackOps.Drills;

/// <summary>
/// Runs a drill: lays its ground out, lets its course go, holds what came of it against what users saw, scores it, and clears
/// up.
/// </summary>
internal sealed class DrillRunner
{
    // So long users go on after all is said to be over: what they get then shows whether it is.
    private static readonly TimeSpan s_afterwards = TimeSpan.FromSeconds(5);

    // A drill that proves no second is not failed for those of a busy machine.
    private const int Forbearance = 3;

    private readonly IAdapterFactory _adapters;
    private readonly DrillHistory _history;
    private readonly Action<RollbackProgress> _tell;
    private readonly Action<string> _say;

    /// <param name="adapters">Makes the ports.</param>
    /// <param name="history">Where the drill is kept.</param>
    /// <param name="tell">Told what goes on.</param>
    /// <param name="say">Told what a person who takes part is to know.</param>
    public DrillRunner(IAdapterFactory adapters, DrillHistory history, Action<RollbackProgress> tell, Action<string> say)
    {
        _adapters = adapters;
        _history = history;
        _tell = tell;
        _say = say;
    }

    /// <summary>Runs one, and keeps it in the history.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DrillRefused"/>: nothing outside of its own folder was touched.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; that it was is kept.</exception>
    public async Task<DrillResult> RunAsync(DrillRequest request, CancellationToken cancellationToken)
    {
        if (request.IsInteractive && request.TimeScale != 1)
        {
            throw new RollbackOpsException(ErrorId.InvalidArgument,
                "A person cannot be sped up: with -Interactive a drill runs in real time.", "Leave -TimeScale out.", request.TimeScale);
        }

        if (request is { IsInteractive: true, Chaos.Count: > 0 })
        {
            throw new RollbackOpsException(ErrorId.InvalidArgument,
                "Faults are made between the steps of a drill that runs by itself, and a person's steps are their own.", "Leave -Chaos or -Interactive out.");
        }

        var startedAt = DateTimeOffset.UtcNow;
        var clock = new ScaledClock(request.TimeScale);
        var id = string.Create(CultureInfo.InvariantCulture, $"{startedAt.UtcDateTime:yyyyMMddTHHmmssfff}Z-{request.Scenario.Name}");
        var folder = request.Folder ?? Path.Combine(Path.GetTempPath(), $"rollback-drill-{id}");
        var isOurs = false;
        try
        {
            await using var ground = _adapters.CreateDrillGround(
                new DrillGroundRequest
                {
                    Id = id,
                    Folder = folder,
                    Scenario = request.Scenario,
                    TimeScale = request.TimeScale,
                    HasChannel = !request.IsInteractive,
                    Addresses = request.Chaos.Contains(DrillChaosKind.HalfMoved) ? 2 : 1,
                },
                clock);
            await ground.StartAsync(cancellationToken);
            isOurs = true;
            var run = new Run(request, id, startedAt, clock, ground, folder);
            return await RunAsync(run, cancellationToken);
        }
        finally
        {
            if (isOurs && request.Folder is null)
            {
                DeleteFolder(folder);
            }
        }
    }

    private async Task<DrillResult> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var stage = Open(run);
        var stopped = false;
        var outcome = new Outcome();
        try
        {
            outcome = run.Request.IsInteractive
                ? await ObserveAsync(stage, cancellationToken)
                : await ActAsync(stage, cancellationToken);
            await Task.Delay(s_afterwards, stage.Clock, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            stopped = true;
        }

        await run.Ground.StopUsersAsync();
        var result = Conclude(run, stage, outcome);
        result = result with { Files = [.. KeepFiles(run, outcome)] };
        if (stopped)
        {
            _history.Keep(result with { Status = DrillStatus.Stopped, Score = 0, Failures = [], Message = "it was stopped" });
            cancellationToken.ThrowIfCancellationRequested();
        }

        _history.Keep(result);
        return result;
    }

    private DrillStage Open(Run run)
    {
        var settings = ReadSettings(run);
        Check(settings);
        var faults = NewFaults(run);
        var database = DatabaseContext.Create(
            _adapters, settings, run.Ground.Secrets, faults?.Clock ?? (TimeProvider)run.Clock, run.Request.Owner,
            platform => faults is null ? platform : new FaultyPlatform(platform, step => faults.Next(step, run.Ground)));
        return new DrillStage
        {
            Scenario = run.Request.Scenario,
            TimeLimit = run.Request.Scenario.TimeLimit * (run.Clock.IsRealTime ? 1 : Forbearance),
            Ground = run.Ground,
            Database = database,
            Log = new AccessLogSource(database.Context, _adapters.CreateLogReader(), run.Ground.AccessLog, run.Clock.GetUtcNow()),
            Moments = new DrillMoments(run.Clock),
            Adapters = _adapters,
            Faults = faults,
            Host = run.Request.Host,
            Guard = () => Check(ReadSettings(run)),
            Tell = _tell,
        };

        void Check(RollbackSettings found) => DrillGuard.Check(found, run.Folder, run.Id, run.Ground.Addresses);
    }

    /// <summary>What cannot be made here is said, and not counted.</summary>
    private DrillFaults? NewFaults(Run run)
    {
        var wanted = run.Request.Chaos;
        if (wanted.Contains(DrillChaosKind.Killed) && (run.Request.Host is null || !run.Clock.IsRealTime))
        {
            _tell(new RollbackProgress(ProgressKind.Warning,
                run.Clock.IsRealTime
                    ? "No process is killed in this drill: how another one of this host is started is not known. pwsh and rollback-shell can."
                    : "No process is killed in this drill: another process keeps real time, and this one does not.",
                0, 0, TimeSpan.Zero));
            wanted = [.. wanted.Where(kind => kind != DrillChaosKind.Killed)];
        }

        return wanted.Count == 0 ? null : new DrillFaults(wanted, run.Clock);
    }

    private static RollbackSettings ReadSettings(Run run) => RollbackConfiguration.Read(
        new ConfigurationRequest { StartFolder = run.Folder, File = run.Ground.ConfigurationFile }).Settings;

    private static async Task<Outcome> ActAsync(DrillStage stage, CancellationToken cancellationToken)
    {
        var course = new DrillCourse(stage);
        await course.RunAsync(cancellationToken);
        return new Outcome
        {
            Rollback = course.Rollback,
            Restore = course.Restore,
            Report = course.Report,
            GivenUp = course.GivenUp,
            Chaos = stage.Faults?.Made ?? [],
        };
    }

    private async Task<Outcome> ObserveAsync(DrillStage stage, CancellationToken cancellationToken)
    {
        var observer = new DrillObserver(stage, _say);
        await observer.RunAsync(cancellationToken);
        return new Outcome { Rollback = observer.Rollback, Restore = observer.Restore, GivenUp = observer.GivenUp };
    }

    private static DrillResult Conclude(Run run, DrillStage stage, Outcome outcome)
    {
        var (request, ground) = (run.Request, run.Ground);
        var sight = ground.Look();
        var stock = ground.CountStock(outcome.Restore?.Kept);
        if (sight.FirstGoodAfter is { } good && ground.ServedRelease == ground.GoodRelease)
        {
            stage.Moments.Reach(DrillMarkKind.Mitigated, good, $"{sight.GoodInARow} good answers since");
        }

        var kinds = Enum.GetValues<DrillMarkKind>().Where(kind => kind != DrillMarkKind.Notified || !request.IsInteractive);
        List<DrillMark> marks =
        [
            .. kinds.Select(kind => DrillScore.Mark(
                kind, stage.Moments.Of(kind)?.At, sight.FirstBad, request.Scenario.Expected.Of(kind), run.Clock.IsRealTime, stage.Moments.Of(kind)?.Detail)),
        ];
        var failures = new DrillVerdict(ground, stage.Moments, sight, stock).Failures(outcome.Rollback, outcome.Restore, outcome.GivenUp);
        return new DrillResult
        {
            Id = run.Id,
            Scenario = request.Scenario.Name,
            Situation = request.Scenario.Situation,
            Status = DrillScore.StatusOf(marks, failures, outcome.Chaos),
            Score = DrillScore.Of(marks, failures, outcome.Chaos),
            IsInteractive = request.IsInteractive,
            IsRealTime = run.Clock.IsRealTime,
            TimeScale = request.TimeScale,
            StartedAt = run.StartedAt,
            Duration = DateTimeOffset.UtcNow - run.StartedAt,
            Owner = request.Owner,
            Version = request.Version,
            Marks = marks,
            Failures = failures,
            Chaos = outcome.Chaos,
            Deployed = run.Ground.Deployed,
            ExpectedTarget = ground.GoodRelease,
            Served = ground.ServedRelease,
            RollbackId = outcome.Rollback?.RollbackId,
            RestoreId = outcome.Restore?.RestoreId,
            Requests = sight.Requests,
            BadAnswers = sight.Bad,
            Writes = stock.Writes,
            KeptWrites = stock.Kept,
            Message = outcome.GivenUp,
            Folder = request.Folder,
            Report = outcome.Report,
        };
    }

    /// <summary>The incident report, which lies in a folder that goes, is kept beside the drill.</summary>
    private IEnumerable<string> KeepFiles(Run run, Outcome outcome)
    {
        var folder = _history.FolderOf(run.Id);
        foreach (var file in outcome.Report?.Files ?? [])
        {
            var kept = Path.Combine(folder, Path.GetFileName(file));
            try
            {
                Directory.CreateDirectory(folder);
                File.Copy(file, kept, overwrite: true);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                _tell(new RollbackProgress(ProgressKind.Warning, $"'{file}' could not be kept: {failure.Message}", 0, 0, TimeSpan.Zero));
                continue;
            }

            yield return kept;
        }
    }

    private void DeleteFolder(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _tell(new RollbackProgress(ProgressKind.Warning, $"'{folder}' could not be deleted: {failure.Message}", 0, 0, TimeSpan.Zero));
        }
    }

    private sealed record Run(
        DrillRequest Request, string Id, DateTimeOffset StartedAt, ScaledClock Clock, IDrillGround Ground, string Folder);

    private sealed record Outcome
    {
        public RollbackResult? Rollback { get; init; }

        public DatabaseRestoreResult? Restore { get; init; }

        public IncidentReport? Report { get; init; }

        public string? GivenUp { get; init; }

        public IReadOnlyList<DrillChaos> Chaos { get; init; } = [];
    }
}
