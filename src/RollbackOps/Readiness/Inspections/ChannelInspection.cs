using RollbackOps.Notifications;

namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether a channel to people would take a message, as far as that can be told without sending one.</summary>
internal sealed class ChannelInspection(ReadinessScope scope, INotificationChannel channel) : IInspection
{
    public string Name => $"channel-{channel.Name}";

    public ReadinessArea Area => ReadinessArea.People;

    public string Expected => $"{channel.Place} would take a message (dry run: nothing is sent)";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var trial = await scope.TryAsync(channel, cancellationToken);
            return trial switch
            {
                { IsAccepted: true } => ReadinessFinding.Ready(trial.Detail),
                { IsAccepted: false } => ReadinessFinding.Fail(trial.Detail, trial.NextStep ?? "Look at the channel's settings."),
                _ => ReadinessFinding.Warn($"{trial.Detail}; only a real message tells whether it is taken",
                    $"Once in a while: Send-RollbackNotification 'Test' -Channel {channel.Name}"),
            };
        }
        catch (DeliveryException unreached)
        {
            return ReadinessFinding.Fail(unreached.Message.TrimEnd('.'), unreached.NextStep);
        }
    }
}
