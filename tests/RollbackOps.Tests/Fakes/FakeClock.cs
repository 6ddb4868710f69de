namespace RollbackOps.Tests.Fakes;

/// <summary>
/// A clock on which waiting costs nothing: every delay is over at once and moves the clock by its length. Each look
/// at it takes a millisecond, so that no two records carry the same time.
/// </summary>
internal sealed class FakeClock : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly SortedDictionary<long, Action> _events = [];
    private long _elapsed;
    private long _offset;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public DateTimeOffset Now => Start + TimeSpan.FromTicks(Interlocked.Read(ref _elapsed) + _offset);

    public override DateTimeOffset GetUtcNow() =>
        Start + TimeSpan.FromTicks(Interlocked.Add(ref _elapsed, TimeSpan.TicksPerMillisecond) + _offset);

    public override long GetTimestamp() => Interlocked.Read(ref _elapsed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Pass(dueTime);
        callback(state);
        return new SpentTimer();
    }

    /// <summary>Time passes, and what is to happen meanwhile happens.</summary>
    public void Pass(TimeSpan time)
    {
        if (_events.Count == 0)
        {
            Interlocked.Add(ref _elapsed, time.Ticks);
            return;
        }

        var end = Interlocked.Read(ref _elapsed) + time.Ticks;
        while (_events.Count > 0 && _events.First() is var (at, happens) && at <= end)
        {
            _events.Remove(at);
            Interlocked.Exchange(ref _elapsed, Math.Max(at, Interlocked.Read(ref _elapsed)));
            happens();
        }

        Interlocked.Exchange(ref _elapsed, Math.Max(end, Interlocked.Read(ref _elapsed)));
    }

    /// <summary>Something happens some time from now, while somebody waits for something else.</summary>
    public void In(TimeSpan time, Action happens)
    {
        var at = Interlocked.Read(ref _elapsed) + time.Ticks;
        while (!_events.TryAdd(at, happens))
        {
            at++;
        }
    }

    /// <summary>Somebody sets the wall clock; measured durations do not notice.</summary>
    public void Jump(TimeSpan by) => _offset += by.Ticks;

    private sealed class SpentTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
