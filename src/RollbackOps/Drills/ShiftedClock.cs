namespace RollbackOps.Drills;

/// <summary>
/// A clock whose time of day is set wrong and right again, on top of another; durations go on as they were. It is the rollback's
/// own: the service and its users keep the right time.
/// </summary>
internal sealed class ShiftedClock(TimeProvider clock) : TimeProvider
{
    private long _shift;

    /// <inheritdoc/>
    public override long TimestampFrequency => clock.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _shift));

    /// <inheritdoc/>
    public override long GetTimestamp() => clock.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);

    /// <summary>Sets the time of day off by a length; zero for right.</summary>
    public void Shift(TimeSpan by) => Interlocked.Exchange(ref _shift, by.Ticks);
}
