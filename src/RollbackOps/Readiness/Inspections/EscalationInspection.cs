using RollbackOps.Escalations;

namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether anything that can wake a person is set up, and the chain of those who are called reaches it.</summary>
internal sealed class EscalationInspection(ReadinessScope scope) : IInspection
{
    public string Name => "escalation";

    public ReadinessArea Area => ReadinessArea.People;

    public string Expected => "a chain of contacts with a channel that can wake somebody";

    public Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        var ringing = scope.Channels.Where(channel => channel.CanRing).Select(channel => channel.Name).ToList();
        return Task.FromResult(ringing.Count > 0 ? Judge(string.Join(", ", ringing)) : ReadinessFinding.Fail(
            scope.Channels.Count == 0 ? "no channel is configured" : $"none of {string.Join(", ", scope.Channels.Select(channel => channel.Name))} can",
            "Add PagerDuty, or a webhook with \"rings\": true, to notifications.channels in rollback.json."));
    }

    private ReadinessFinding Judge(string ringing)
    {
        var escalation = scope.Settings.Escalation;
        var faults = EscalationChain.Faults(scope.Settings, scope.Channels);
        if (escalation is { Contacts.Count: 0, HandOver: null })
        {
            // Failed rollbacks and messages ring there all the same.
            return ReadinessFinding.Warn($"{ringing} can ring, but Start-Escalation has nobody to call", faults[0].NextStep);
        }

        return faults switch
        {
            [] => ReadinessFinding.Ready($"{ringing} can ring, {escalation.Contacts.Count} contacts can be called"),
            [{ IsFatal: true } fault, ..] => ReadinessFinding.Fail(fault.Message.TrimEnd('.'), fault.NextStep),
            _ => ReadinessFinding.Warn(
                $"{ringing} can ring; {string.Join("; ", faults.Select(fault => fault.Message.TrimEnd('.')))}", faults[0].NextStep),
        };
    }
}
