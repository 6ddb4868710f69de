using System.Management.Automation;
using RollbackOps;
using RollbackOps.Rollbacks;
using RollbackOps.Watching;
using RollbackTools.Isolation;

namespace RollbackTools.Commands;

/// <summary>Follows a deployment from its build through its first time in production; with -RollbackOnFailure, takes it back by itself.</summary>
/// <remarks>
/// <para>
/// Gives a state for each change: queued, building, ready, live and looked at (Baking), and what it came to. While a deployment
/// bakes, its health checks are made every two seconds, and a whole verdict is made every ten, from the configured metrics or
/// from -Source. Without -RollbackOnFailure it only looks, and writes nothing.
/// </para>
/// <para>
/// -RollbackOnFailure is the written procedure's automatic rollback. What it acts on:
/// </para>
/// <list type="bullet">
/// <item><term>Build or deploy error</term><description>
/// What is live is verified; where the failed deployment itself is what is live, it is rolled away from.
/// </description></item>
/// <item><term>Hard signal</term><description>
/// A check that carries a signal fails in three rounds in a row within -Bake after the deployment went live.
/// </description></item>
/// <item><term>Decisive evidence</term><description>
/// Errors that also hold without the worst client and the worst minute (IsAutomatic of a verdict) within -Bake.
/// </description></item>
/// </list>
/// <para>
/// It goes the way Invoke-Rollback goes, through the same gates, and overrides none. Then the logs are saved, the report is
/// written, and the configured channels are told of what is done and of what is not. An automatic rollback is marked as such in the log. There is one in an
/// incident, none within an hour of any rollback (policy.automaticPause), none after one that did not help, and none while a
/// file STOP lies in the state folder .rollback: it counts with every service down, and one that cannot be read counts, too.
/// </para>
/// <para>
/// With -Continuous it goes on with each deployment that follows and verifies the later windows of its rollbacks. Started again, it
/// goes on where it was, and finishes a rollback in whose midst it was killed. While the platform turns requests away it asks
/// less often, and goes on looking at what is live. It needs no terminal. Ctrl+C ends it at once; a rollback under way can be
/// resumed.
/// </para>
/// <para>
/// It asks once, before it begins. -WhatIf follows, judges and shows the plan where it would act, and writes nothing.
/// </para>
/// </remarks>
/// <example>
/// <para>Follow the newest deployment until it has been live for ten minutes.</para>
/// <code>Watch-Deployment</code>
/// </example>
/// <example>
/// <para>Take it back by itself when it is bad, at the end of a deploy script.</para>
/// <code>
/// $last = Watch-Deployment -Latest -RollbackOnFailure -Bake 15m -Confirm:$false | ForEach-Object { $_ }
/// $last[-1].Phase
/// </code>
/// </example>
/// <example>
/// <para>Run as a service that watches each deployment (examples/systemd has the unit).</para>
/// <code>Watch-Deployment -Continuous -RollbackOnFailure -Confirm:$false</code>
/// </example>
/// <example>
/// <para>Judge by the service's own log as well.</para>
/// <code>Watch-Deployment -RollbackOnFailure -Source { Measure-ErrorRate -Path access.log -Last 1h }</code>
/// </example>
/// <seealso cref="WatchState">One for each change: the deployment, its phase, the verdict, and what was done.</seealso>
/// <seealso cref="TestRollbackNeededCommand"/>
/// <seealso cref="InvokeRollbackCommand"/>
/// <seealso cref="GetRollbackLogCommand"/>
[Cmdlet(VerbsCommon.Watch, "Deployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(WatchState))]
public sealed class WatchDeploymentCommand : ContextCommand
{
    private int _ticksWaiting;

    /// <summary>The deployment to follow. By default whatever is newest.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.DeploymentIdCompleter))]
    public string? Id { get; set; }

    /// <summary>Follows whatever is newest when it begins, which is what it does without -Id, too.</summary>
    [Parameter]
    public SwitchParameter Latest { get; set; }

    /// <summary>Goes on with each deployment that follows, until it is stopped.</summary>
    [Parameter]
    public SwitchParameter Continuous { get; set; }

    /// <summary>
    /// Rolls back by itself on a build or deploy error, and on a hard signal or decisive evidence within -Bake after the
    /// deployment went live.
    /// </summary>
    [Parameter]
    public SwitchParameter RollbackOnFailure { get; set; }

    /// <summary>How long a deployment is looked at after it went live: 90s, 15m, or a TimeSpan.</summary>
    [PSDefaultValue(Help = "10 minutes")]
    [Parameter]
    [Duration]
    public TimeSpan? Bake { get; set; }

    /// <summary>
    /// What is measured beside the health checks: a configured source by its name (Prometheus, RuntimeLog, Probes), or a script
    /// block whose measurements count, for example { Measure-ErrorRate -Path access.log -Last 1h }. By default the metrics of
    /// the prometheus section, where there is one.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(Completion.SourceCompleter))]
    public object[] Source { get; set; } = [];

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    private protected override string Activity => "Watch";

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        if (RollbackOnFailure)
        {
            RunAttempt(Environment, "automatic rollback", WatchAsync);
        }
        else
        {
            Run(cancellationToken => WatchAsync(isPreview: false, cancellationToken));
        }
    }

    private async Task WatchAsync(bool isPreview, CancellationToken cancellationToken)
    {
        if (Id is not null && (Latest || Continuous))
        {
            throw new RollbackOpsException(ErrorId.InvalidArgument,
                "-Id names one deployment, and -Latest and -Continuous follow whatever is newest.", "Leave one of them out.", Id);
        }

        var context = OpenContext(project: null, Environment);
        var act = $"Roll {context.Settings.Project}/{context.Settings.Environment} back by itself when {Id ?? "a deployment"} is bad";
        if (RollbackOnFailure && !await OnPipelineAsync(() => ShouldProcess(act, act + "?", "Watch-Deployment")) && !isPreview)
        {
            return;
        }

        var (sources, scripts) = OpenSources.Read(Source);
        var configuration = ReadConfiguration(Environment);
        var watch = new DeploymentWatch(
            context,
            new IncidentKeeper(context, Adapters.Factory, NewSecretSource(), configuration.Effective, Tell),
            Tell,
            tick => Show(context, tick),
            HoldTelling);
        var request = new WatchRequest
        {
            DeploymentId = Id,
            IsContinuous = Continuous,
            RollbackOnFailure = RollbackOnFailure,
            IsPreview = isPreview,
            Bake = Bake ?? WatchRequest.UsualBake,
            Sources = sources,
            Measure = scripts.Count == 0 ? null : async _ => await OnPipelineAsync(() => OpenSources.Run(scripts)),
        };
        await EmitAsync(watch, request, cancellationToken);
    }

    private async Task EmitAsync(DeploymentWatch watch, WatchRequest request, CancellationToken cancellationToken)
    {
        WatchState? last = null;
        try
        {
            await foreach (var state in watch.WatchAsync(request, cancellationToken))
            {
                last = state.Phase == WatchPhase.Kept ? last : state;
                await EmitUnlessStoppedAsync(state, cancellationToken);

                if (state.Phase == WatchPhase.NotRolledBack && Continuous)
                {
                    Warn($"{state.Deployment?.Id}: {state.Detail}");
                }
            }
        }
        catch (OperationCanceledException) when (IsStoppedByUser || Stopping)
        {
            // After a stop only the host's own line arrives (S20).
            Say(last?.Result is { Status: RollbackStatus.Interrupted } cut
                ? $"Stopped. Rollback {cut.Number} ({cut.From?.Id} -> {cut.Target?.Id}) is not finished; what was begun goes on. Watch-Deployment -RollbackOnFailure goes on with it, and so does Resume-Rollback."
                : $"Stopped watching{(last is null ? "" : $" {last.Deployment?.Id ?? "for a deployment"} at {last.Phase}")}. Nothing was begun that is not finished.");
            throw;
        }

        if (last is { Phase: WatchPhase.NotRolledBack } open)
        {
            Report(new RollbackOpsException(open.Result?.Error ?? ErrorId.Refused, $"{open.Deployment?.Id}: {open.Detail}",
                open.Result?.NextStep ?? "Decide yourself: Invoke-Rollback -Reason.", open));
        }
    }

    /// <summary>
    /// After a stop nothing that is written arrives; what the watch still tells is read all the same, since it may be that a
    /// rollback was cut off.
    /// </summary>
    private async Task EmitUnlessStoppedAsync(WatchState state, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await EmitAsync(state);
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or PipelineStoppedException && (IsStoppedByUser || Stopping))
        {
            Cancel();
        }
    }

    /// <summary>One at a time: whoever does not take them must not let them pile up.</summary>
    private void Show(RollbackContext context, WatchTick tick)
    {
        if (Interlocked.Exchange(ref _ticksWaiting, 1) == 0)
        {
            ShowBar($"Watching {context.Settings.Project}/{context.Settings.Environment}", tick.Status, tick.Elapsed, tick.End,
                () => Interlocked.Exchange(ref _ticksWaiting, 0));
        }
    }
}
