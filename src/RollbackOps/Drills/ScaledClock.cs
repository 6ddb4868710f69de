namespace RollbackOps.Drills;

/// <summary>
/// The product's clock in a drill: it runs a number of times faster than real time, so that minutes of waiting take seconds.
/// What the machine itself takes is not made shorter by it, which is why only real time supports a claim in seconds.
/// </summary>
internal sealed class ScaledClock : TimeProvider
{
    private readonly DateTimeOffset _begin = System.GetUtcNow();
    private readonly long _begun = System.GetTimestamp();

    /// <param name="scale">How many times faster; 1 for real time.</param>
    public ScaledClock(double scale) => Scale = scale;

    /// <summary>How many times faster than real time it runs.</summary>
    public double Scale { get; }

    /// <summary>Whether it keeps real time.</summary>
    public bool IsRealTime => Scale == 1;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _begin + Since();

    /// <inheritdoc/>
    public override long GetTimestamp() => Since().Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(System.CreateTimer(callback, state, Real(dueTime), Real(period)), this);

    /// <summary>How long a duration of this clock takes in real time; never shorter than asked, since timers count whole milliseconds.</summary>
    public TimeSpan Real(TimeSpan scaled) => scaled <= TimeSpan.Zero || IsRealTime
        ? scaled
        : TimeSpan.FromMilliseconds(Math.Ceiling(scaled.TotalMilliseconds / Scale));

    /// <summary>
    /// How long an answer took whose own delay is a duration of this clock: the rest is the machine's, and is not multiplied.
    /// </summary>
    /// <param name="delay">The delay that was asked for, by this clock.</param>
    /// <param name="elapsed">How long it took by this clock.</param>
    public TimeSpan Unscaled(TimeSpan delay, TimeSpan elapsed) =>
        IsRealTime ? elapsed : delay + (elapsed > delay ? (elapsed - delay) / Scale : TimeSpan.Zero);

    private TimeSpan Since() => System.GetElapsedTime(_begun) * Scale;

    private sealed class ScaledTimer(ITimer timer, ScaledClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Real(dueTime), clock.Real(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
