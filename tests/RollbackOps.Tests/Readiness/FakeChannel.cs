using RollbackOps.Notifications;

namespace RollbackOps.Tests.Readiness;

/// <summary>A channel that answers a dry run as a test wants. Whoever sends by it, or asks it for more, fails.</summary>
internal sealed class FakeChannel(string name, Func<ChannelTrial>? answer = null) : INotificationChannel
{
    public string Name => name;

    public ChannelKind Kind => ChannelKind.Webhook;

    public string Place => $"{name} somewhere";

    public bool CanRing { get; init; }

    public bool CanReadBack => false;

    public bool IsExactlyOnce => false;

    public Action<string>? Tell
    {
        set
        {
        }
    }

    public int Tries { get; private set; }

    public bool Takes(Notification notification) => true;

    public Task<ChannelTrial> TryAsync(CancellationToken cancellationToken)
    {
        Tries++;
        return Task.FromResult(answer?.Invoke() ?? new ChannelTrial { IsAccepted = true, Detail = "it answers" });
    }

    public Task<DeliveryReceipt> DeliverAsync(DeliveryOrder order, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A dry run sends nothing.");

    public Task<NotificationAcknowledgement?> ReadAcknowledgementAsync(
        Notification notification, string? threadReference, DateTimeOffset since, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A dry run asks for nobody.");

    public void Dispose()
    {
    }
}
