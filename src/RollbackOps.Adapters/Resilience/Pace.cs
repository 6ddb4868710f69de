namespace RollbackOps.Adapters.Resilience;

/// <summary>How long to wait between two looks: fast first, then ever slower.</summary>
/// <param name="first">The first pause, in milliseconds.</param>
/// <param name="growth">How much longer each is than the one before.</param>
internal sealed class Pace(double first = 60, double growth = 1.4)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(2);

    private TimeSpan _next = TimeSpan.FromMilliseconds(first);

    /// <summary>
    /// Closer looks at what is over within a second or so: its end is seen at most 12 ms and a fiftieth of its own time too late.
    /// In three minutes they are fewer than 300; the official CLI makes 720.
    /// </summary>
    public static Pace Close() => new(first: 12, growth: 1.02);

    public TimeSpan Next()
    {
        var now = _next;
        _next = now * growth > s_longest ? s_longest : now * growth;
        return now;
    }
}
