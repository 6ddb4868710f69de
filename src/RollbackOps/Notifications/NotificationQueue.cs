using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace RollbackOps.Notifications;

/// <summary>
/// The messages that are on their way, on disk (S36). What the journal tells is queued from the journal itself: a cursor says
/// up to which record. Everything but <see cref="Add"/> is for whoever holds the outbox's lock.
/// </summary>
internal sealed class NotificationQueue
{
    private const string CursorName = "journal.cursor.json";
    private const string ThreadSuffix = ".thread.json";

    /// <summary>What a message that no channel will take is kept as.</summary>
    private const string RefusedSuffix = ".refused.json";

    /// <summary>What a message that cannot be read is kept as.</summary>
    private const string UnreadableSuffix = ".unreadable";

    /// <summary>How long threads are remembered and what did not arrive is kept: nothing follows up on an incident of last month.</summary>
    private static readonly TimeSpan s_age = TimeSpan.FromDays(30);

    private readonly IOutbox _outbox;
    private readonly JournalNews _news;
    private readonly TimeProvider _clock;

    // Channels are delivered to side by side, and share a message's file.
    private readonly object _lock = new();

    public NotificationQueue(IOutbox outbox, JournalNews news, TimeProvider clock)
    {
        _outbox = outbox;
        _news = news;
        _clock = clock;
    }

    public string Location => _outbox.Location;

    /// <summary>The number of the journal's last record whose news are queued; null when nothing ever was.</summary>
    public long? Cursor => Read(CursorName, NotificationJson.Default.JournalCursor)?.Record;

    /// <summary>Takes the lock, or gives null when another process delivers.</summary>
    public IDisposable? TryLock() => _outbox.TryLock();

    /// <summary>
    /// Sees to it that what happens from now on is told, and nothing from before: to be called before anything happens.
    /// </summary>
    public void Begin()
    {
        if (Cursor is null && _outbox.TryLock() is { } mine)
        {
            using (mine)
            {
                if (Cursor is null)
                {
                    Put(CursorName, new JournalCursor(_news.Last), NotificationJson.Default.JournalCursor);
                }
            }
        }
    }

    /// <summary>Queues a message; it is on disk when this returns.</summary>
    public void Add(Notification notification, IReadOnlyList<string>? channels) => Put(
        new OutboxEntry { Notification = notification, Channels = channels });

    /// <summary>
    /// Queues the journal's news. A message is there before the cursor has passed it, and the cursor before anything is
    /// delivered: killed in between, the same messages are made again, under the same names.
    /// </summary>
    public void Collect()
    {
        if (Cursor is not { } cursor)
        {
            return;
        }

        var (news, last) = _news.After(cursor);
        foreach (var (notification, channels) in news)
        {
            var entry = new OutboxEntry { Notification = notification, Channels = channels };
            if (_outbox.Read(entry.Name) is null)
            {
                Put(entry);
            }
        }

        // Shorter than it was: another journal, whose news begin at its end.
        if (last != cursor)
        {
            Put(CursorName, new JournalCursor(last), NotificationJson.Default.JournalCursor);
        }
    }

    /// <summary>What is queued, oldest first. What cannot be read is set aside, and told.</summary>
    public IReadOnlyList<OutboxEntry> Load(Action<string> tell)
    {
        var entries = new List<OutboxEntry>();
        foreach (var name in _outbox.List().Where(name => name.EndsWith(OutboxEntry.Suffix, StringComparison.Ordinal)))
        {
            if (Read(name, NotificationJson.Default.OutboxEntry) is { Notification: { Id: not null, Thread: not null } } entry && entry.Name == name)
            {
                entries.Add(entry);
            }
            else if (_outbox.Read(name) is { } content)
            {
                tell($"The message {Inert.Line(name)} in {_outbox.Location} is not readable; it is set aside as {Inert.Line(name)}.unreadable.");
                _outbox.Put(name + UnreadableSuffix, content);
                _outbox.Remove(name);
            }
        }

        return entries;
    }

    /// <summary>Notes how far a delivery is; it is on disk when this returns.</summary>
    public void Note(Dictionary<string, OutboxEntry> entries, string name, string channel, Delivery delivery)
    {
        lock (_lock)
        {
            entries[name] = entries[name].With(channel, delivery);
            Put(entries[name]);
        }
    }

    /// <summary>Removes a message that has ended in every channel; one that was refused is kept aside.</summary>
    public void RemoveEnded(OutboxEntry entry, IEnumerable<string> channels)
    {
        var deliveries = channels.Where(entry.IsFor).Select(entry.To).ToList();
        if (!deliveries.TrueForAll(delivery => delivery.IsEnded))
        {
            return;
        }

        if (deliveries.Exists(delivery => delivery.State == DeliveryState.Refused))
        {
            Put($"{entry.Notification.Id}{RefusedSuffix}", entry, NotificationJson.Default.OutboxEntry);
        }

        _outbox.Remove(entry.Name);
    }

    /// <summary>What a channel calls a thread, or null.</summary>
    public string? ReferenceOf(string thread, string channel)
    {
        lock (_lock)
        {
            return Read(ThreadName(thread), NotificationJson.Default.ThreadReferences)?.Channels.GetValueOrDefault(channel);
        }
    }

    /// <summary>Remembers what a channel calls a thread.</summary>
    public void Remember(string thread, string channel, string reference)
    {
        lock (_lock)
        {
            var known = Read(ThreadName(thread), NotificationJson.Default.ThreadReferences);
            if (known?.Channels.GetValueOrDefault(channel) != reference)
            {
                Put(ThreadName(thread),
                    new ThreadReferences
                    {
                        Thread = thread,
                        At = _clock.GetUtcNow(),
                        Channels = new Dictionary<string, string>(known?.Channels ?? new Dictionary<string, string>()) { [channel] = reference },
                    },
                    NotificationJson.Default.ThreadReferences);
            }
        }
    }

    /// <summary>Forgets the threads of long ago, and the messages of then that no channel took or nobody could read.</summary>
    public void ForgetOld()
    {
        foreach (var name in _outbox.List())
        {
            if (TimeOf(name) is { } at && _clock.GetUtcNow() - at > s_age)
            {
                _outbox.Remove(name);
            }
        }
    }

    /// <summary>The time of what is only kept for a while; null for anything else.</summary>
    private DateTimeOffset? TimeOf(string name)
    {
        if (name.EndsWith(ThreadSuffix, StringComparison.Ordinal))
        {
            return Read(name, NotificationJson.Default.ThreadReferences)?.At ?? DateTimeOffset.MinValue;
        }

        if (name.EndsWith(RefusedSuffix, StringComparison.Ordinal))
        {
            return Read(name, NotificationJson.Default.OutboxEntry)?.Notification?.At ?? DateTimeOffset.MinValue;
        }

        // Its name begins with its time.
        return name.EndsWith(UnreadableSuffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, Math.Min(19, name.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTimeOffset.MaxValue.Ticks
                ? new DateTimeOffset(ticks, TimeSpan.Zero)
                : null;
    }

    private static string ThreadName(string thread) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(thread)))[..32] + ThreadSuffix;

    private void Put(OutboxEntry entry) => Put(entry.Name, entry, NotificationJson.Default.OutboxEntry);

    private void Put<T>(string name, T value, JsonTypeInfo<T> type) =>
        _outbox.Put(name, JsonSerializer.SerializeToUtf8Bytes(value, type));

    private T? Read<T>(string name, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return _outbox.Read(name) is { } json ? JsonSerializer.Deserialize(json, type) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
