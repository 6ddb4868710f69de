using RollbackOps.Deployments;

namespace RollbackOps.Tests.Deployments;

/// <summary>
/// What safety.md's S1 and S2 say of a history, kept apart from the product: it is told what happened and knows what
/// automatic selection must choose.
/// </summary>
internal sealed class HistoryModel
{
    private static readonly TimeSpan s_longEnough = TimeSpan.FromMinutes(30);
    private readonly List<Release> _releases = [];
    private readonly List<Departure> _departures = [];

    /// <summary>What is live.</summary>
    public Release Current { get; private set; } = null!;

    /// <summary>Every release, oldest first.</summary>
    public IReadOnlyList<Release> Releases => _releases;

    /// <summary>The newest rollback that stands, or null.</summary>
    public Departure? Standing => _departures.LastOrDefault(departure => !departure.IsUndone);

    public Release this[string id] => _releases.Single(release => release.Id == id);

    public Release Built(Deployment deployment)
    {
        var release = new Release(_releases.Count, deployment.Id, deployment.State == DeploymentState.Ready);
        _releases.Add(release);
        return release;
    }

    /// <summary>Something went live.</summary>
    public void Live(Release release, DateTimeOffset at)
    {
        if (Current is { } before)
        {
            before.Served.Add((before.LiveSince, at));
        }

        release.LiveSince = at;
        release.HasServed = true;
        Current = release;
    }

    /// <summary>S2: a confirmed rollback marks what it left.</summary>
    public void RolledBack(string rollbackId, Release target, bool isProven, DateTimeOffset at)
    {
        var from = Current;
        from.MarkedBy ??= rollbackId;
        _departures.Add(new Departure(rollbackId, from, target, at));
        Live(target, at);
        target.ProvenAt = isProven ? at : target.ProvenAt;
    }

    /// <summary>S2: an undo lifts exactly the mark that its rollback set.</summary>
    public void Undone(Departure departure, bool isProven, DateTimeOffset at)
    {
        departure.IsUndone = true;
        if (departure.From.MarkedBy == departure.RollbackId)
        {
            departure.From.MarkedBy = null;
        }

        Live(departure.From, at);
        departure.From.ProvenAt = isProven ? at : departure.From.ProvenAt;
    }

    /// <summary>
    /// S1: the newest that served production, is ready, is not current, is not known bad; proven or presumed before
    /// unknown. S2: never forward, so only what is older than what is live.
    /// </summary>
    public Release? Choice()
    {
        var candidates = _releases
            .Where(release => release.HasServed && release.IsReady && release != Current
                && release.MarkedBy is null && release.Number < Current.Number)
            .OrderByDescending(release => release.Number)
            .ToList();
        return candidates.Find(IsTrusted) ?? candidates.FirstOrDefault();
    }

    /// <summary>S1: whether a release was healthy while it served, as far as anybody knows.</summary>
    public bool IsTrusted(Release release) => IsProven(release) || IsPresumed(release);

    private bool IsProven(Release release) => release.ProvenAt is { } at
        && !_departures.Any(departure => departure.From == release && !departure.IsUndone && departure.At > at);

    private bool IsPresumed(Release release) =>
        release.Served.Any(service => service.To - service.From >= s_longEnough)
        && !_departures.Any(departure => departure.From == release && !departure.IsUndone);

    /// <summary>One release, numbered by age.</summary>
    internal sealed record Release(int Number, string Id, bool IsReady)
    {
        public bool HasServed { get; set; }

        public DateTimeOffset LiveSince { get; set; }

        public List<(DateTimeOffset From, DateTimeOffset To)> Served { get; } = [];

        public DateTimeOffset? ProvenAt { get; set; }

        /// <summary>The rollback, or the person, that marked it known bad.</summary>
        public string? MarkedBy { get; set; }
    }

    /// <summary>One rollback away from a release.</summary>
    internal sealed record Departure(string RollbackId, Release From, Release Target, DateTimeOffset At)
    {
        public bool IsUndone { get; set; }
    }
}
