using RollbackOps.Databases;
using RollbackOps.Decisions;
using RollbackOps.Signals;

namespace RollbackOps.Drills;

/// <summary>Looks as Test-RollbackNeeded -Watch does, from before the deployment on, until the verdict carries a rollback.</summary>
internal sealed class DrillWatch(DrillStage stage)
{
    private RollbackDecision? _assessed;
    private DateTimeOffset? _since;

    /// <summary>Watches.</summary>
    /// <param name="length">For how long at most.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The decision; null where the time passed without one that carries a rollback.</returns>
    public async Task<RollbackDecision?> RunAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        using var decided = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var source = Source();
        var judge = new Judge(stage.Context, _ => { }) { Say = stage.Say, Sources = source is null ? [] : [source] };
        var watch = new VerdictWatch(
            stage.Context,
            async token => await judge.JudgeAsync([], [], await SignalsAsync(token), prior: null, token),
            look => Take(look, decided),
            stage.Say);
        try
        {
            var last = await watch.RunAsync(length, decided.Token);
            return Carries(last) ? Decided(last) : null;
        }
        catch (OperationCanceledException) when (_assessed is not null && !cancellationToken.IsCancellationRequested)
        {
            return Decided(_assessed);
        }
    }

    private IMeasurementSource? Source() => stage.Scenario.Signal switch
    {
        DrillSignal.Probes => new ProbeSource(stage.Context),
        _ => stage.Log,
    };

    /// <summary>What the audit queries say, where they are what shows the trouble.</summary>
    private async Task<IReadOnlyList<HardSignal>> SignalsAsync(CancellationToken cancellationToken)
    {
        if (stage.Scenario.Signal != DrillSignal.Database)
        {
            return [];
        }

        var checks = await new DatabaseChecker(stage.Database.Engine.Live, stage.Database.Database, stage.Clock).RunAllAsync(rows: null, cancellationToken);
        return checks.Any(check => check.Status == CheckStatus.Failed && check.Kind is DatabaseCheckKind.Audit or DatabaseCheckKind.Integrity)
            ? [HardSignal.DataCorruption]
            : [];
    }

    private void Take(WatchLook look, CancellationTokenSource decided)
    {
        var decision = look.Decision;
        stage.Say($"{decision.Verdict} ({decision.Severity}): {decision.Reasons[0]}; automatic: {decision.Automatic}");
        if (decision.Severity is not (Severity.P1 or Severity.P2) || decision.Current?.Id == stage.Ground.GoodRelease)
        {
            (_since, _assessed) = (null, null);
            return;
        }

        stage.Moments.Reach(DrillMarkKind.Detected, $"{decision.Verdict} ({decision.Severity}): {decision.Reasons[0]}");
        _since ??= decision.DecidedAt;
        if (stage.Scenario.Decision == DrillDecision.Assessed && decision.Verdict == Verdict.Assess
            && decision.DecidedAt - _since >= stage.Context.Settings.Policy.AssessTimeToDecide)
        {
            _assessed = decision;
            decided.Cancel();
        }
    }

    private static bool Carries(RollbackDecision decision) => decision.IsAutomatic && decision.Verdict is Verdict.RollBack or Verdict.Assess;

    private RollbackDecision Decided(RollbackDecision decision)
    {
        stage.Moments.Reach(DrillMarkKind.Decided, decision.IsAutomatic
            ? $"{decision.Verdict}, {decision.Automatic}"
            : "the drill, in a person's place: Assess for its whole time to decide, and nothing says that a rollback would not help");
        return decision;
    }
}
