namespace RollbackOps.Tests.Fakes;

/// <summary>
/// A clock on which waiting costs nothing: every delay is over at once and moves the clock by its length. Each look
/// at it takes a millisecond, so that no two records carry the same time.
/// </summary>
internal sealed class FakeClock : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);

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

    /// <summary>Time passes.</summary>
    public void Pass(TimeSpan time) => Interlocked.Add(ref _elapsed, time.Ticks);

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
