namespace RollbackOps.Notifications;

/// <summary>What sort of channel it is.</summary>
public enum ChannelKind
{
    /// <summary>Slack by a bot's token: threads, updates, can be read back.</summary>
    Slack,

    /// <summary>A Slack incoming webhook: one way.</summary>
    SlackWebhook,

    /// <summary>PagerDuty's Events API.</summary>
    PagerDuty,

    /// <summary>A signed webhook.</summary>
    Webhook,

    /// <summary>Mail.</summary>
    Mail,
}

/// <summary>A way to people. A port: what implements it is outside the engine.</summary>
public interface INotificationChannel : IDisposable
{
    /// <summary>Its name in the configuration.</summary>
    string Name { get; }

    /// <summary>What sort it is.</summary>
    ChannelKind Kind { get; }

    /// <summary>Where it leads, for people; holds no secret.</summary>
    string Place { get; }

    /// <summary>Whether it can wake somebody: an alert rings there.</summary>
    bool CanRing { get; }

    /// <summary>Whether it can be seen there that somebody acknowledged.</summary>
    bool CanReadBack { get; }

    /// <summary>
    /// Whether a message arrives once however often it is sent: it is looked for before it is repeated, or the receiver drops
    /// a repeat.
    /// </summary>
    bool IsExactlyOnce { get; }

    /// <summary>Told of retries, time-outs and the circuit.</summary>
    Action<string>? Tell { set; }

    /// <summary>Whether a notification has a place there at all: a pager gets no progress.</summary>
    bool Takes(Notification notification);

    /// <summary>Delivers.</summary>
    /// <exception cref="DeliveryException">It did not arrive, or nobody knows.</exception>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.SecretUnavailable"/>.</exception>
    Task<DeliveryReceipt> DeliverAsync(DeliveryOrder order, CancellationToken cancellationToken);

    /// <summary>Finds out, as far as that can be done without sending anything or ringing anybody, whether it would take a message.</summary>
    /// <exception cref="DeliveryException">It cannot be reached.</exception>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.SecretUnavailable"/>.</exception>
    Task<ChannelTrial> TryAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new ChannelTrial { IsAccepted = null, Detail = "a channel of this sort has no dry run" });

    /// <summary>Who acknowledged a thread there first, or null while nobody has, or where it cannot be seen.</summary>
    /// <param name="notification">The alert, or any other notification of its thread.</param>
    /// <param name="threadReference">What the alert's receipt gave for the thread, or null.</param>
    /// <param name="since">An acknowledgement from before does not count.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DeliveryException">It cannot be read.</exception>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.SecretUnavailable"/>.</exception>
    Task<NotificationAcknowledgement?> ReadAcknowledgementAsync(
        Notification notification, string? threadReference, DateTimeOffset since, CancellationToken cancellationToken);
}

/// <summary>What is to be delivered.</summary>
public sealed record DeliveryOrder
{
    internal DeliveryOrder()
    {
    }

    /// <summary>The message.</summary>
    public required Notification Notification { get; init; }

    /// <summary>The earlier messages of its thread that it overtook and stands for as well (S36).</summary>
    public IReadOnlyList<Notification> StandsFor { get; init; } = [];

    /// <summary>Which attempt it is, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Whether an earlier attempt may have arrived: then this is a repeat, and says so.</summary>
    public bool IsRepeat { get; init; }

    /// <summary>
    /// Whether an earlier message of its thread may have arrived without a receipt: then there may be a thread that
    /// <see cref="ThreadReference"/> does not know.
    /// </summary>
    public bool MayHaveThread { get; init; }

    /// <summary>When the last attempt at a message of this thread was made; null where there was none.</summary>
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>What an earlier receipt of this thread gave, or null.</summary>
    public string? ThreadReference { get; init; }
}

/// <summary>What became of a delivery that worked.</summary>
public sealed record DeliveryReceipt
{
    internal DeliveryReceipt()
    {
    }

    /// <summary>What the channel calls the thread, for later messages of it; null where there is no such thing.</summary>
    public string? ThreadReference { get; init; }

    /// <summary>Whether it was found there already, and not sent again.</summary>
    public bool WasThere { get; init; }
}

/// <summary>Somebody acknowledged.</summary>
/// <param name="By">Who, as the channel names them.</param>
/// <param name="At">When, UTC; null where the channel does not say.</param>
/// <param name="How">How: a reaction, a reply, the pager.</param>
public sealed record NotificationAcknowledgement(string By, DateTimeOffset? At, string How);

/// <summary>A message did not arrive, or it is not known whether it did.</summary>
public sealed class DeliveryException : Exception
{
    internal DeliveryException(string message, string nextStep, Exception? inner = null)
        : base(Redaction.Redactor.Default.Redact(Inert.Line(message)), inner) =>
        NextStep = nextStep;

    /// <summary>What to do next.</summary>
    public string NextStep { get; }

    /// <summary>Whether it may have arrived all the same: no or only half an answer came.</summary>
    public bool MayHaveArrived { get; init; }

    /// <summary>The channel's own word for what went wrong, or null.</summary>
    public string? Code { get; init; }

    /// <summary>Whether this message will never be taken, however often it is sent.</summary>
    public bool IsHopeless { get; init; }

    /// <summary>How long the channel asks to wait, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
