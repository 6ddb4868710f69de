namespace RollbackOps.Adapters.Tests.Vercel;

/// <summary>
/// A clock on which a wait is over at once and moves the time by its length, while a deadline (the timer of a
/// <see cref="CancellationTokenSource"/>) holds until the time has come.
/// </summary>
internal sealed class VirtualClock : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly List<Deadline> _deadlines = [];
    private long _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public DateTimeOffset Now => Start + TimeSpan.FromTicks(Interlocked.Read(ref _elapsed));

    // Each look takes a millisecond: no two records carry the same time.
    public override DateTimeOffset GetUtcNow() =>
        Start + TimeSpan.FromTicks(Interlocked.Add(ref _elapsed, TimeSpan.TicksPerMillisecond));

    public override long GetTimestamp() => Interlocked.Read(ref _elapsed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var deadline = new Deadline(this, callback, state);
        if (dueTime == Timeout.InfiniteTimeSpan)
        {
            return deadline;
        }

        if (state is CancellationTokenSource)
        {
            deadline.Change(dueTime, period);
        }
        else
        {
            Pass(dueTime);
            callback(state);
        }

        return deadline;
    }

    /// <summary>Time passes; what was due is called.</summary>
    public void Pass(TimeSpan time)
    {
        List<Deadline> due;
        lock (_gate)
        {
            var now = Interlocked.Add(ref _elapsed, Math.Max(0, time.Ticks));
            due = [.. _deadlines.Where(deadline => deadline.At <= now)];
            _deadlines.RemoveAll(due.Contains);
        }

        due.ForEach(deadline => deadline.Fire());
    }

    /// <summary>Nothing comes: the time passes until the next deadline, over and over, to the end.</summary>
    public async Task HangAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan wait;
            lock (_gate)
            {
                wait = TimeSpan.FromTicks(_deadlines.Count == 0 ? 0 : _deadlines.Min(deadline => deadline.At) - _elapsed);
            }

            Assert.True(wait > TimeSpan.Zero, "Nothing limits how long this hangs.");
            Pass(wait);
            await Task.Yield();
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private sealed class Deadline(VirtualClock clock, TimerCallback callback, object? state) : ITimer
    {
        public long At { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._deadlines.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    At = Interlocked.Read(ref clock._elapsed) + dueTime.Ticks;
                    clock._deadlines.Add(this);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._deadlines.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
