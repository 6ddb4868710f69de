namespace RollbackOps.Watching;

/// <summary>
/// How often the platform is asked: every few seconds, less often while it turns requests away or does not answer, and step by
/// step as often as before once it does again.
/// </summary>
internal sealed class WatchPace(TimeProvider clock)
{
    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    private long? _asked;

    /// <summary>The pause between two readings now.</summary>
    public TimeSpan Pause { get; private set; } = s_usual;

    /// <summary>How long until the platform is to be asked again.</summary>
    public TimeSpan Rest => _asked is { } asked && Pause - clock.GetElapsedTime(asked) is var rest && rest > TimeSpan.Zero ? rest : TimeSpan.Zero;

    /// <summary>It is asked now.</summary>
    public void Ask() => _asked = clock.GetTimestamp();

    /// <summary>It answered.</summary>
    public void Answered() => Pause = Pause / 2 > s_usual ? Pause / 2 : s_usual;

    /// <summary>It did not answer, or turned the request away; what it asks for is kept to, however long that is.</summary>
    public void Failed(RollbackOpsException failure)
    {
        var longer = Pause * 2 < s_longest ? Pause * 2 : s_longest;
        Pause = failure.RetryAfter is { } wait && wait > longer ? wait : longer;
    }
}
