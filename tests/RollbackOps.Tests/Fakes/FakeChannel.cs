using RollbackOps.Notifications;

namespace RollbackOps.Tests.Fakes;

/// <summary>A channel that keeps what it is given.</summary>
internal sealed class FakeChannel(string name, bool canRing) : INotificationChannel
{
    public string Name => name;

    public ChannelKind Kind => ChannelKind.Webhook;

    public string Place => "memory";

    public bool CanRing => canRing;

    public bool CanReadBack => false;

    public bool IsExactlyOnce => false;

    public Action<string>? Tell { get; set; }

    public List<DeliveryOrder> Orders { get; } = [];

    public bool Takes(Notification notification) => true;

    public Task<DeliveryReceipt> DeliverAsync(DeliveryOrder order, CancellationToken cancellationToken)
    {
        Orders.Add(order);
        return Task.FromResult(new DeliveryReceipt());
    }

    public Task<NotificationAcknowledgement?> ReadAcknowledgementAsync(
        Notification notification, string? threadReference, DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<NotificationAcknowledgement?>(null);

    public void Dispose()
    {
    }
}
