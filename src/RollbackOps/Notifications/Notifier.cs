using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Databases;
using RollbackOps.Decisions;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;

namespace RollbackOps.Notifications;

/// <summary>
/// Tells people (S36). Messages are queued on disk and delivered in rounds; while one process delivers, others leave it to it.
/// </summary>
internal sealed class Notifier : IDisposable
{
    private static readonly TimeSpan s_lockPause = TimeSpan.FromMilliseconds(100);

    private readonly RollbackContext _context;
    private readonly JournalNews _news;
    private readonly NotificationQueue _queue;
    private readonly Action<string> _tell;
    private readonly List<(string Thread, string Channel, DateTimeOffset At)> _told = [];

    private Notifier(RollbackContext context, IOutbox outbox, IReadOnlyList<INotificationChannel> channels, Action<string> tell)
    {
        _context = context;
        Channels = channels;
        _tell = tell;
        Composer = new NotificationComposer(context.Redactor);
        _news = new JournalNews(context);
        _queue = new NotificationQueue(outbox, _news, context.Clock);
    }

    /// <summary>The channels, in the configuration's order.</summary>
    public IReadOnlyList<INotificationChannel> Channels { get; }

    /// <summary>Makes messages.</summary>
    public NotificationComposer Composer { get; }

    /// <summary>Where the queue lies, for people.</summary>
    public string Location => _queue.Location;

    /// <summary>Makes one.</summary>
    /// <param name="adapters">Makes the channels and the outbox.</param>
    /// <param name="context">The project.</param>
    /// <param name="secrets">Resolves the channels' secrets.</param>
    /// <param name="tell">Told of retries and of what is wrong with the queue; never of a secret.</param>
    /// <returns>It, or null where no channel is configured.</returns>
    public static Notifier? Create(IAdapterFactory adapters, RollbackContext context, ISecretSource secrets, Action<string> tell)
    {
        if (context.Settings.Notifications.Channels.Count == 0)
        {
            return null;
        }

        var channels = adapters.CreateChannels(context.Settings, secrets, context.Clock);
        foreach (var channel in channels)
        {
            channel.Tell = text => tell(context.Redactor.Redact(text));
        }

        return new Notifier(context, adapters.OpenOutbox(context.Settings), channels, tell);
    }

    /// <inheritdoc cref="NotificationQueue.Begin"/>
    public void Begin() => _queue.Begin();

    /// <summary>Queues a message for all channels or those named; it is on disk when this returns.</summary>
    public void Add(Notification notification, IReadOnlyList<string>? channels = null) => _queue.Add(notification, channels);

    /// <summary>The message of a result object, or null for an object of another kind.</summary>
    /// <param name="result">The object.</param>
    /// <returns>The message, and whether the journal's news tell it: then it is queued, or was, by itself.</returns>
    public (Notification Message, bool IsNews)? Compose(object result) => result switch
    {
        RollbackResult rollback => Compose(_news.RecordOf(rollback), id => Composer.Of(id, rollback, EndOf(rollback.StartedAt, rollback.Duration))),
        DatabaseRestoreResult restore => Compose(_news.RecordOf(restore), id => Composer.Of(id, restore, EndOf(restore.StartedAt, restore.Duration))),
        RollbackDecision decision => (Composer.Of(NewId(), decision), false),
        IncidentReport report => (Composer.Of(NewId(), report), false),
        _ => null,
    };

    /// <summary>A number for a message that is not the journal's.</summary>
    public string NewId() => string.Create(CultureInfo.InvariantCulture,
        $"M{_context.Clock.GetUtcNow().UtcDateTime:yyyyMMddTHHmmss}-{Random.Shared.Next(0x10000):x4}");

    /// <inheritdoc cref="NotificationQueue.ReferenceOf"/>
    public string? ReferenceOf(string thread, string channel) => _queue.ReferenceOf(thread, channel);

    /// <inheritdoc cref="NotificationQueue.Remember"/>
    public void Remember(string thread, string channel, string reference) => _queue.Remember(thread, channel, reference);

    /// <summary>
    /// Queues the journal's news and delivers everything that is queued, until nothing is left, nothing more can be done here,
    /// or it is stopped. Nothing is thrown for a delivery that fails.
    /// </summary>
    /// <param name="enough">Ends the waiting for another try, and no delivery that is under way.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    /// <returns>How it stands with each channel.</returns>
    /// <exception cref="IOException">The queue cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The queue may not be read or written.</exception>
    public async Task<IReadOnlyList<NotificationResult>> DeliverAsync(
        CancellationToken enough, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(enough, cancellationToken);
        var runs = Channels.Select(channel => new ChannelRun(channel, _queue, _context.Clock)).ToList();
        while (true)
        {
            var (left, isMine) = await RunRoundAsync(runs, cancellationToken);
            // What another process has not collected yet is queued nowhere, so that it is looked again in any case.
            var next = !isMine ? _context.Clock.GetUtcNow() + s_lockPause : left.Count == 0 ? null : runs.Select(run => run.NextAt).Min();
            if (next is null || !await WaitAsync(next.Value, waiting.Token))
            {
                _told.AddRange(runs.SelectMany(run => run.Told.Select(told => (told.Thread, run.Channel, told.At))));
                return [.. runs.Select(run => run.ToResult(left))];
            }
        }
    }

    /// <summary>
    /// Notes in the journal which rollbacks and restores people were told of, so that nobody has to be asked. To be called when
    /// the act is over: it holds nothing up, and that it cannot be noted is only told.
    /// </summary>
    public void RecordTold()
    {
        try
        {
            var ledger = _context.ReadLedger();
            foreach (var thread in _told.GroupBy(one => one.Thread, StringComparer.Ordinal)
                .Where(thread => ledger.Find(thread.Key) is not null || ledger.RestoreNumbers.ContainsKey(thread.Key)))
            {
                var channels = thread.Select(one => one.Channel).Except(ledger.ToldOf(thread.Key)?.Channels ?? [], StringComparer.Ordinal).ToList();
                if (channels.Count > 0)
                {
                    _context.Journal.Append(JournalKind.TeamTold, thread.Key,
                        new TeamToldData { Channels = channels, At = thread.Min(one => one.At) }, RollbackJson.Compact.TeamToldData);
                }
            }
        }
        catch (RollbackOpsException failure)
        {
            _tell($"That people were told is not in the journal: {failure.Message}");
        }

        _told.Clear();
    }

    private (Notification Message, bool IsNews) Compose(long? record, Func<string, Notification> make) => record is { } number
        ? (make($"J{number}"), _queue.Cursor is not null)
        : (make(NewId()), false);

    private static DateTimeOffset EndOf(DateTimeOffset begun, TimeSpan duration) => begun + duration;

    public void Dispose()
    {
        foreach (var channel in Channels)
        {
            channel.Dispose();
        }
    }

    private async Task<(IReadOnlyList<OutboxEntry> Left, bool IsMine)> RunRoundAsync(List<ChannelRun> runs, CancellationToken cancellationToken)
    {
        using var mine = _queue.TryLock();
        if (mine is null)
        {
            // Another process is at it; what it leaves is ours.
            return (Waiting(), IsMine: false);
        }

        _queue.Collect();
        var entries = _queue.Load(_tell).ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        await Task.WhenAll(runs.Select(run => run.RunAsync(entries, cancellationToken)));
        foreach (var entry in entries.Values)
        {
            _queue.RemoveEnded(entry, Channels.Select(channel => channel.Name));
        }

        _queue.ForgetOld();
        return (Waiting(), IsMine: true);

        IReadOnlyList<OutboxEntry> Waiting() =>
            [.. _queue.Load(_ => { }).Where(entry => Channels.Any(channel => entry.IsFor(channel.Name) && !entry.To(channel.Name).IsEnded))];
    }

    private async Task<bool> WaitAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        try
        {
            var wait = until - _context.Clock.GetUtcNow();
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, _context.Clock, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
