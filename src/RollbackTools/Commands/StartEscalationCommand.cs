using System.Management.Automation;
using RollbackOps;
using RollbackOps.Decisions;
using RollbackOps.Escalations;
using RollbackOps.Notifications;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;
using RollbackTools.Isolation;

namespace RollbackTools.Commands;

/// <summary>Calls people, level by level, until somebody acknowledges; and again, when nothing happens then.</summary>
/// <remarks>
/// <para>
/// The chain is that of escalation in rollback.json, by default the written one: an automatic rollback has 30 seconds, then
/// the primary contact has a minute, then the secondary, then, if it is critical (P1), the manager; then it begins again. A
/// verified automatic rollback within its time calls nobody, and for P1 sends one notice that does not ring; corrupt data and
/// a breach call people at once whatever it does. Quiet hours hold P3 and P4 only.
/// </para>
/// <para>
/// A contact is called by the channels that reach them (a pager, a webhook that dials, Slack with a mention), or by telephone:
/// then the number is shown with a countdown to the person at the prompt, who says by a key what came of it (a: answered, n: no
/// answer, k: I have it). Where nobody is at a prompt nothing asks; Confirm-Escalation records it from another terminal.
/// </para>
/// <para>
/// It stops at once when somebody acknowledges: by key, by Confirm-Escalation, in PagerDuty (with a token of its REST API), or by a
/// reaction or reply in the Slack thread (with a bot's token). The incident goes on: when nothing new is in the journal for 15 minutes
/// (escalation.stalledAfter), the chain begins again. Confirm-Escalation -Resolve ends it.
/// </para>
/// <para>
/// It blocks and writes each step as it happens. A timer needs a running process: killed, it is taken up by Start-Escalation
/// with the incident's id, which calls the highest level that is due and makes up for none that was missed. With
/// escalation.handOver the calling is PagerDuty's own policy's, and the cmdlet ends when PagerDuty has accepted; until it does, this
/// chain calls after a minute. On a full disk people are called all the same, and the steps are written as soon as the journal can
/// be. -WhatIf shows who would be called when.
/// </para>
/// </remarks>
/// <example>
/// <para>See who would be called when.</para>
/// <code>Start-Escalation -Severity P1 -Reason 'Checkout is down' -WhatIf</code>
/// </example>
/// <example>
/// <para>Call people about a verdict.</para>
/// <code>Get-DeploymentHistory | Test-RollbackNeeded | Start-Escalation</code>
/// </example>
/// <example>
/// <para>Call people when the rollback did not work.</para>
/// <code>$result = Invoke-Rollback -Reason 'Errors' -Confirm:$false; if ($result.Error) { $result | Start-Escalation -Severity P1 }</code>
/// </example>
/// <example>
/// <para>Call people when a watch could not take a deployment back, and let it go on when somebody has acknowledged.</para>
/// <code>Watch-Deployment -Continuous -RollbackOnFailure -Confirm:$false | ForEach-Object { if ($_.Phase -eq 'NotRolledBack') { Start-Escalation -Severity P1 -Reason $_.Detail -UntilAcknowledged } }</code>
/// </example>
/// <example>
/// <para>Go on with one whose process was killed.</para>
/// <code>Start-Escalation INC-4711</code>
/// </example>
/// <example>
/// <para>Do what is due and return, from a scheduler that calls again each minute.</para>
/// <code>Start-Escalation INC-4711 -Severity P1 -Reason 'Checkout is down' -NoWait</code>
/// </example>
/// <seealso cref="EscalationStep">Each step, as it happens.</seealso>
/// <seealso cref="EscalationPlan">With -WhatIf: who would be called when.</seealso>
/// <seealso cref="ConfirmEscalationCommand"/>
/// <seealso cref="SendRollbackNotificationCommand"/>
[Cmdlet(VerbsLifecycle.Start, "Escalation", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EscalationStep), typeof(EscalationPlan))]
public sealed class StartEscalationCommand : ContextCommand
{
    private readonly InputCollector _input = new("a RollbackDecision or RollbackResult", typeof(RollbackDecision), typeof(RollbackResult));

    /// <summary>What people are called about: one <see cref="RollbackDecision"/> or <see cref="RollbackResult"/>.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The incident's id: of the escalation to go on with, or a name for the one that begins.</summary>
    [PSDefaultValue(Help = "The rollback's id, else a new one; without any other parameter the only escalation that is open")]
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.EscalationIdCompleter))]
    public string? IncidentId { get; set; }

    /// <summary>The id of the rollback that the incident is about.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RollbackId { get; set; }

    /// <summary>How serious it is.</summary>
    [PSDefaultValue(Help = "The verdict's; else P1")]
    [Parameter]
    [ValidateSet("P1", "P2", "P3", "P4")]
    public string? Severity { get; set; }

    /// <summary>Why people are called, in a few words: it is what they read first.</summary>
    [PSDefaultValue(Help = "The verdict's first reason, or what the rollback says of itself")]
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <summary>What is the matter. DataCorruption and SecurityBreach call people whatever an automatic rollback does.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public HardSignal[] Signal { get; set; } = [];

    /// <summary>Returns as soon as somebody has acknowledged, and leaves it to others to see that something happens.</summary>
    [Parameter]
    public SwitchParameter UntilAcknowledged { get; set; }

    /// <summary>Does what is due now and returns.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    private protected override string Activity => "Escalation";

    /// <inheritdoc />
    protected override void ProcessRecord() => _input.Add(InputObject);

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        var input = _input.Single(MyInvocation.ExpectingInput);
        if (input is RollbackDecision { Verdict: Verdict.FixForward } or RollbackResult { Status: RollbackStatus.NotNeeded })
        {
            Verbose("There is nothing to call people for: no rollback is needed.");
            return;
        }

        var (project, environment) = input switch
        {
            RollbackDecision decision => (decision.Project, decision.Environment),
            RollbackResult result => (result.Project, result.Environment),
            _ => (null, Environment),
        };
        var context = OpenContext(project, environment);
        var opening = new EscalationOpening(context, Warn);
        var request = RequestOf(input);
        var act = opening.Describe(request);
        var (isApproved, isPreview) = await OnPipelineAsync(() =>
        {
            Approval.RequireSomebody(this, ConfirmImpact.Medium);
            return (ShouldProcess($"{context.Settings.Project}/{context.Settings.Environment}", act), Approval.IsPreview(this));
        });
        using var notifier = Notifier.Create(Adapters.Factory, context, NewSecretSource(), Verbose);
        if (isApproved)
        {
            await EscalateAsync(context, opening, request, notifier, cancellationToken);
        }
        else if (isPreview)
        {
            await EmitAsync(opening.Plan(request, notifier?.Channels ?? []));
        }
    });

    private EscalationRequest RequestOf(object? input)
    {
        var severity = Severity is null ? (Severity?)null : Enum.Parse<Severity>(Severity);
        var request = new EscalationRequest { IncidentId = IncidentId, RollbackId = RollbackId, Severity = severity, Reason = Reason, Signals = Signal };
        return input switch
        {
            RollbackDecision decision => request with
            {
                Severity = severity ?? decision.Severity,
                Reason = Reason ?? (decision.Reasons.Count > 0 ? decision.Reasons[0] : decision.Verdict.ToString()),
                Signals = [.. Signal, .. HardSignals.Of(decision.Inputs).Held.Select(held => held.Signal)],
                Since = decision.DecidedAt,
                JoinsOpen = true,
            },
            RollbackResult result => request with
            {
                RollbackId = RollbackId ?? result.RollbackId,
                Reason = Reason ?? $"{result.Kind} {result.Status}: {result.Message ?? result.Reason}",
                Since = result.StartedAt,
                IsAutomaticOver = result.Status != RollbackStatus.Succeeded,
            },
            _ => request,
        };
    }

    private async Task EscalateAsync(
        RollbackContext context, EscalationOpening opening, EscalationRequest request, Notifier? notifier, CancellationToken cancellationToken)
    {
        await using var telling = new Telling(Verbose, Warn);
        // Before the first record: what happens from now on is told.
        telling.Follow(context, NewSecretSource(), isCall: true);
        foreach (var fault in EscalationChain.Faults(context.Settings, notifier?.Channels ?? []).Where(fault => fault.IsFatal))
        {
            Warn($"{fault.Message} {fault.NextStep}");
        }

        var (session, lease) = opening.Open(request);
        using var held = lease;
        await using var calls = notifier is null ? null : new EscalationCalls(context, notifier);
        await using var watch = notifier is null ? null : new AcknowledgementWatch(context, notifier, Verbose);
        var run = new EscalationRun(context, session, lease, calls, watch);
        var prompt = await OnPipelineAsync(() =>
            Approval.CanAsk(this) && EscalationPrompt.HasKeys(Host) ? new EscalationPrompt(Host, Say, run.Said.Enqueue) : null);
        try
        {
            await run.RunAsync(step => Tell(step, prompt), now => Show(now, prompt, context.Clock), EndOf(), cancellationToken);
        }
        catch (OperationCanceledException) when (UserStopToken.IsCancellationRequested)
        {
            // After a stop the host's own line alone arrives (S20).
            Say($"Stopped. Nobody is called from here any more; Start-Escalation {session.State.Id} goes on, Confirm-Escalation {session.State.Id} -Resolve ends it.");
            throw;
        }
        finally
        {
            if (!session.End())
            {
                Warn($"The journal still cannot be written: what was done since then for {session.State.Id} stands only in this output.");
            }

            await telling.EndAsync(UserStopToken);
        }
    }

    private EscalationEnd EndOf() => NoWait ? EscalationEnd.Now : UntilAcknowledged ? EscalationEnd.Acknowledged : EscalationEnd.Over;

    private void Tell(EscalationStep step, EscalationPrompt? prompt)
    {
        Emit(step);
        if (prompt is not null)
        {
            Post(() => prompt.Take(step));
        }
        else if (step is { Kind: EscalationStepKind.Called, Phone: not null })
        {
            Warn($"Nobody is at a prompt here to dial {step.Contact}, {step.Phone}. Whoever does, records it: Confirm-Escalation {step.IncidentId} -CallResult Answered -Contact '{step.Contact}'.");
        }
    }

    private void Show(EscalationSession session, EscalationPrompt? prompt, TimeProvider clock)
    {
        if (prompt is not null)
        {
            Post(prompt.Listen);
        }

        if (EscalationText.Of(session, prompt?.Dialled, clock.GetUtcNow()) is { } text)
        {
            ShowBar($"Escalation {session.State.Id}", text.Line, text.Elapsed, text.End);
        }
    }
}
