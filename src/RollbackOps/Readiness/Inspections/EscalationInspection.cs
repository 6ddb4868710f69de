namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether anything that can wake a person is set up.</summary>
internal sealed class EscalationInspection(ReadinessScope scope) : IInspection
{
    public string Name => "escalation";

    public ReadinessArea Area => ReadinessArea.People;

    public string Expected => "a channel that can wake somebody";

    public Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        var ringing = scope.Channels.Where(channel => channel.CanRing).Select(channel => channel.Name).ToList();
        return Task.FromResult(ringing.Count > 0
            ? ReadinessFinding.Ready($"{string.Join(", ", ringing)} can ring")
            : ReadinessFinding.Fail(
                scope.Channels.Count == 0 ? "no channel is configured" : $"none of {string.Join(", ", scope.Channels.Select(channel => channel.Name))} can",
                "Add PagerDuty, or a webhook with \"rings\": true, to notifications.channels in rollback.json."));
    }
}
