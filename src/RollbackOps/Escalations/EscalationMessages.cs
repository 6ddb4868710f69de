using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Notifications;
using RollbackOps.Rollbacks;

namespace RollbackOps.Escalations;

/// <summary>
/// The messages of an escalation. Calls are made by the process that runs it, since they are of use only in their time; what
/// ends them follows from the journal like any other news, so that it is told however the process ends.
/// </summary>
internal sealed class EscalationMessages
{
    private readonly RollbackSettings _settings;
    private readonly NotificationComposer _composer;

    public EscalationMessages(RollbackSettings settings, NotificationComposer composer) => (_settings, _composer) = (settings, composer);

    /// <summary>A call, or what is handed over.</summary>
    public Notification Call(EscalationState state, EscalationStep call)
    {
        var contact = _settings.Escalation.Contacts.FirstOrDefault(one => one.Name == call.Contact);
        var title = $"{state.Severity} {_settings.Project}/{_settings.Environment}: {state.Reason}";
        return New(state, call, $"J{call.Record}", NotificationKind.Call, title,
            [
                _composer.Fact("Incident", state.Id), _composer.Fact("Call", call.Contact is null ? null : $"{call.Contact} ({call.Level})"),
                _composer.Fact("Round", call.Round > 1 ? call.Round.ToString(CultureInfo.InvariantCulture) : null),
                _composer.Fact("Since", state.Started.At.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)),
                _composer.Fact("Acknowledge", $"Confirm-Escalation {state.Id}; in a Slack thread, a reaction or a reply"),
            ]) with
        {
            Severity = SeverityOf(state.Severity),
            Signal = NotificationSignal.Alert,
            Call = call.Call,
            Phone = contact?.Phone,
            Mentions = contact?.Slack is { } slack ? [slack] : [],
        };
    }

    /// <summary>The messages that follow from a record, each with the channels it goes to.</summary>
    public IEnumerable<JournalMessage> NewsOf(JournalRecord record, IReadOnlyList<EscalationState> all)
    {
        if (EscalationState.StepOf(record) is not { } step || all.FirstOrDefault(one => one.Id == step.IncidentId) is not { } state)
        {
            return [];
        }

        return step.Kind switch
        {
            EscalationStepKind.Spared when step.Channels.Count > 0 => [new JournalMessage(Notice(state, step), step.Channels)],
            EscalationStepKind.Acknowledged or EscalationStepKind.Answered => EndOf(state, step, NotificationSignal.Acknowledge),
            EscalationStepKind.Resolved => EndOf(state, step, NotificationSignal.Resolve),
            _ => [],
        };
    }

    private Notification Notice(EscalationState state, EscalationStep step) => New(state, step, $"J{step.Record}", NotificationKind.Message,
        $"{state.Severity} {_settings.Project}/{_settings.Environment} was rolled back by itself; nobody is called",
        [_composer.Fact("Incident", state.Id), _composer.Fact("Reason", state.Reason), _composer.Fact("Rollback", step.Detail)]);

    /// <summary>Each call that still rings is ended under its own number; where nothing rings, one message says it.</summary>
    private IEnumerable<JournalMessage> EndOf(EscalationState state, EscalationStep end, NotificationSignal signal)
    {
        var before = state.Steps.Where(step => step.Record < end.Record).ToList();
        var calls = before.Where(step => step.Kind is EscalationStepKind.Called or EscalationStepKind.HandedOver).ToList();
        var said = signal == NotificationSignal.Resolve ? "Resolved" : "Acknowledged";
        var told = New(state, end, $"J{end.Record}", NotificationKind.Call,
            $"{said} by {end.Contact ?? end.By ?? "somebody"}: {state.Severity} {_settings.Project}/{_settings.Environment}",
            [_composer.Fact("Incident", state.Id), _composer.Fact("Reason", state.Reason), _composer.Fact("How", end.Detail)]) with
        { Signal = signal };
        // A rollback that failed rings under its own thread, wherever there is a pager.
        var pagers = state.Started.RollbackId is null ? []
            : _settings.Notifications.Channels.Where(channel => channel.PagerDuty is not null).Select(channel => channel.Name);
        var channels = calls.SelectMany(call => call.Channels).Where(channel => !Rings(channel)).Concat(pagers)
            .Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (channels.Count > 0)
        {
            yield return new JournalMessage(told, channels);
        }

        // What was acknowledged before rings no more, and is still to be resolved.
        var lastAcknowledged = before.FindLast(step => step.Kind is EscalationStepKind.Acknowledged or EscalationStepKind.Answered)?.Record ?? 0;
        foreach (var call in calls.Where(call => signal == NotificationSignal.Resolve || call.Record > lastAcknowledged))
        {
            if (call.Channels.Where(Rings).ToList() is { Count: > 0 } ringing)
            {
                yield return new JournalMessage(
                    told with { Id = string.Create(CultureInfo.InvariantCulture, $"J{end.Record}.{call.Call}"), Call = call.Call }, ringing);
            }
        }
    }

    private Notification New(
        EscalationState state, EscalationStep step, string id, NotificationKind kind, string title, IEnumerable<NotificationFact?> facts) =>
        _composer.New(id, state.Thread, _settings.Project, _settings.Environment, step.At, kind, title, facts);

    private bool Rings(string channel) => _settings.Notifications.Channels.Any(one =>
        string.Equals(one.Name, channel, StringComparison.OrdinalIgnoreCase) && (one.PagerDuty is not null || one.Webhook is { Rings: true }));

    private static NotificationSeverity SeverityOf(Severity severity) => severity switch
    {
        Severity.P1 => NotificationSeverity.Critical,
        Severity.P2 => NotificationSeverity.Error,
        Severity.P3 => NotificationSeverity.Warning,
        _ => NotificationSeverity.Info,
    };
}
