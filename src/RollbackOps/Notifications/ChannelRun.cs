namespace RollbackOps.Notifications;

/// <summary>One round of deliveries to one channel, in the messages' order.</summary>
internal sealed class ChannelRun
{
    /// <summary>Between two attempts of a message, beside what the channel asks for.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(8);

    private readonly INotificationChannel _channel;
    private readonly NotificationQueue _queue;
    private readonly TimeProvider _clock;
    private readonly List<string> _delivered = [];
    private readonly List<string> _repeated = [];
    private readonly List<string> _overtaken = [];
    private readonly List<string> _refused = [];
    private readonly List<(string Thread, DateTimeOffset At)> _told = [];
    private int _failures;
    private (string Message, string? NextStep)? _failure;

    public ChannelRun(INotificationChannel channel, NotificationQueue queue, TimeProvider clock)
    {
        _channel = channel;
        _queue = queue;
        _clock = clock;
    }

    /// <summary>When the next round makes sense; null when nothing is left, or when trying again in this command makes none.</summary>
    public DateTimeOffset? NextAt { get; private set; }

    /// <summary>The threads that it took a message of, and when.</summary>
    public IReadOnlyList<(string Thread, DateTimeOffset At)> Told => _told;

    /// <summary>The channel's name.</summary>
    public string Channel => _channel.Name;

    /// <summary>Delivers what is queued for the channel, until one fails.</summary>
    public async Task RunAsync(Dictionary<string, OutboxEntry> entries, CancellationToken cancellationToken)
    {
        if (NextAt is { } next && next > _clock.GetUtcNow())
        {
            return;
        }

        NextAt = null;
        foreach (var (name, standsFor) in Order(entries))
        {
            if (cancellationToken.IsCancellationRequested || !await DeliverAsync(entries, name, standsFor, cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>How it stands.</summary>
    public NotificationResult ToResult(IEnumerable<OutboxEntry> left)
    {
        var queued = left.Where(entry => entry.IsFor(_channel.Name) && !entry.To(_channel.Name).IsEnded).ToList();
        var isOpen = queued.Count > 0;
        return new NotificationResult
        {
            Channel = _channel.Name,
            Kind = _channel.Kind,
            Place = _channel.Place,
            Status = _refused.Count > 0 ? NotificationStatus.Refused
                : isOpen ? NotificationStatus.Queued
                : _delivered.Count + _overtaken.Count > 0 ? NotificationStatus.Delivered
                : NotificationStatus.NotApplicable,
            Delivered = _delivered,
            Repeated = _repeated,
            Overtaken = _overtaken,
            Refused = _refused,
            Queued = [.. queued.Select(entry => entry.Notification.Id)],
            Message = isOpen || _refused.Count > 0 ? _failure?.Message ?? "There was no time to deliver." : null,
            NextStep = isOpen || _refused.Count > 0 ? _failure?.NextStep ?? "Run Send-RollbackNotification; it delivers what is queued." : null,
        };
    }

    /// <summary>
    /// What is to be delivered, each with the messages it stands for: progress that a later message of its thread overtook is
    /// not told by itself (S36).
    /// </summary>
    private List<(string Name, IReadOnlyList<Notification> StandsFor)> Order(Dictionary<string, OutboxEntry> entries)
    {
        var order = new List<(string, IReadOnlyList<Notification>)>();
        var open = new List<OutboxEntry>();
        foreach (var entry in entries.Values.Where(entry => entry.IsFor(_channel.Name) && !entry.To(_channel.Name).IsEnded)
            .OrderBy(entry => entry.Name, StringComparer.Ordinal).ToList())
        {
            if (_channel.Takes(entry.Notification))
            {
                open.Add(entry);
            }
            else
            {
                _queue.Note(entries, entry.Name, _channel.Name, new Delivery { State = DeliveryState.NotTaken });
            }
        }

        foreach (var entry in open)
        {
            var last = open.Last(other => other.Notification.Thread == entry.Notification.Thread);
            if (entry.Notification.Kind == NotificationKind.Progress && last != entry)
            {
                continue;
            }

            order.Add((entry.Name, last != entry ? [] :
            [
                .. open.Where(other => other != entry && other.Notification.Thread == entry.Notification.Thread
                    && other.Notification.Kind == NotificationKind.Progress).Select(other => other.Notification),
            ]));
        }

        return order;
    }

    private async Task<bool> DeliverAsync(
        Dictionary<string, OutboxEntry> entries, string name, IReadOnlyList<Notification> standsFor, CancellationToken cancellationToken)
    {
        var notification = entries[name].Notification;
        var before = entries[name].To(_channel.Name);
        var tried = entries.Values.Where(entry => entry.Notification.Thread == notification.Thread)
            .Select(entry => entry.To(_channel.Name)).Where(delivery => delivery.MayHaveArrived).ToList();
        var attempt = before with { Attempts = before.Attempts + 1, LastAttemptAt = _clock.GetUtcNow(), MayHaveArrived = true };
        // On disk before it is sent: whoever comes after a crash knows that it may have arrived.
        _queue.Note(entries, name, _channel.Name, attempt);
        try
        {
            var receipt = await _channel.DeliverAsync(
                new DeliveryOrder
                {
                    Notification = notification,
                    StandsFor = standsFor,
                    Attempt = attempt.Attempts,
                    IsRepeat = before.MayHaveArrived,
                    MayHaveThread = tried.Count > 0,
                    LastAttemptAt = tried.Max(delivery => delivery.LastAttemptAt),
                    ThreadReference = _queue.ReferenceOf(notification.Thread, _channel.Name),
                },
                cancellationToken);
            Arrived(entries, name, standsFor, attempt, receipt, isRepeat: before.MayHaveArrived);
            return true;
        }
        catch (DeliveryException failure) when (failure.IsHopeless)
        {
            _queue.Note(entries, name, _channel.Name,
                attempt with { State = DeliveryState.Refused, MayHaveArrived = before.MayHaveArrived, Failure = failure.Message, NextStep = failure.NextStep });
            _refused.Add(notification.Id);
            _failure = (failure.Message, failure.NextStep);
            return true;
        }
        catch (DeliveryException failure)
        {
            Fail(failure.Message, failure.NextStep, failure.MayHaveArrived || before.MayHaveArrived);
            NextAt = _clock.GetUtcNow() + Pause(failure.RetryAfter);
        }
        catch (RollbackOpsException failure)
        {
            // A secret that cannot be read: nothing was sent, and trying again at once is no use.
            Fail(failure.Message, failure.NextStep, before.MayHaveArrived);
        }
        catch (OperationCanceledException)
        {
            Fail("Time was up before it answered.", "Run Send-RollbackNotification; it delivers what is queued.", mayHaveArrived: true);
        }

        return false;

        void Fail(string message, string? nextStep, bool mayHaveArrived)
        {
            _failures++;
            _failure = (message, nextStep);
            _queue.Note(entries, name, _channel.Name,
                attempt with { MayHaveArrived = mayHaveArrived, Failure = message, NextStep = nextStep });
        }
    }

    private void Arrived(
        Dictionary<string, OutboxEntry> entries, string name, IReadOnlyList<Notification> standsFor, Delivery attempt,
        DeliveryReceipt receipt, bool isRepeat)
    {
        var notification = entries[name].Notification;
        if (receipt.ThreadReference is { } reference)
        {
            _queue.Remember(notification.Thread, _channel.Name, reference);
        }

        // The overtaken first: killed in between, the message that stands for them is sent again, and not they after it.
        foreach (var overtaken in standsFor)
        {
            var other = entries.Values.First(entry => entry.Notification.Id == overtaken.Id);
            _queue.Note(entries, other.Name, _channel.Name, other.To(_channel.Name) with { State = DeliveryState.Overtaken });
            _overtaken.Add(overtaken.Id);
        }

        _queue.Note(entries, name, _channel.Name, attempt with { State = DeliveryState.Delivered, Failure = null, NextStep = null });
        _delivered.Add(notification.Id);
        _told.Add((notification.Thread, _clock.GetUtcNow()));
        if (isRepeat && !receipt.WasThere)
        {
            _repeated.Add(notification.Id);
        }

        _failures = 0;
    }

    private TimeSpan Pause(TimeSpan? asked)
    {
        var grown = s_pause * Math.Pow(2, Math.Min(_failures - 1, 10));
        var pause = (grown < s_longestPause ? grown : s_longestPause) * (0.75 + (Random.Shared.NextDouble() / 2));
        return asked is { } wait && wait > pause ? wait : pause;
    }
}
