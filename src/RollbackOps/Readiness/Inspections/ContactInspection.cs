using RollbackOps.Configuration;
using RollbackOps.Notifications;

namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether each contact is reached by a channel that would take a message, or has a telephone. Nobody is rung.</summary>
internal sealed class ContactInspection(ReadinessScope scope) : IInspection
{
    public string Name => "contacts";

    public ReadinessArea Area => ReadinessArea.People;

    public string Expected => "each contact has a channel that can be reached (dry run: nobody is rung)";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        var contacts = scope.Settings.Escalation.Contacts;
        if (contacts.Count == 0)
        {
            return ReadinessFinding.None("no contact is named; see escalation");
        }

        var (reached, byPhone, lost) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var contact in contacts)
        {
            var list = await IsReachedAsync(contact, cancellationToken) ? reached : contact.Phone is not null ? byPhone : lost;
            list.Add($"{contact.Name} ({contact.Level})");
        }

        return (byPhone, lost) switch
        {
            ([], []) => ReadinessFinding.Ready($"reached: {string.Join(", ", reached)}"),
            (_, []) => ReadinessFinding.Warn($"only by telephone, which somebody at the prompt has to dial: {string.Join(", ", byPhone)}",
                "Give each a channel of notifications.channels that can be reached."),
            _ => ReadinessFinding.Fail($"by nothing that can be reached: {string.Join(", ", lost)}",
                "Mend the channels that fail (Test-RollbackReadiness channel-*), or give each another, or a phone."),
        };
    }

    private async Task<bool> IsReachedAsync(ContactSettings contact, CancellationToken cancellationToken)
    {
        foreach (var channel in scope.Channels.Where(one => contact.Channels.Contains(one.Name, StringComparer.OrdinalIgnoreCase)))
        {
            try
            {
                if ((await scope.TryAsync(channel, cancellationToken)).IsAccepted != false)
                {
                    return true;
                }
            }
            catch (Exception failure) when (failure is DeliveryException or RollbackOpsException)
            {
                // Why it cannot be reached is told by its own check.
            }
        }

        return false;
    }
}
