namespace RollbackOps.Adapters.Resilience;

/// <summary>How long to wait between two looks: fast first, then ever slower.</summary>
internal sealed class Pace
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(2);
    private const double Growth = 1.4;

    private TimeSpan _next = TimeSpan.FromMilliseconds(60);

    public TimeSpan Next()
    {
        var now = _next;
        _next = now * Growth > s_longest ? s_longest : now * Growth;
        return now;
    }
}
