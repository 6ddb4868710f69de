namespace RollbackOps.Drills;

/// <summary>The moments of a drill as they come, by the product's clock; of each the first counts.</summary>
internal sealed class DrillMoments(TimeProvider clock)
{
    private readonly object _gate = new();
    private readonly Dictionary<DrillMarkKind, (DateTimeOffset At, string Detail)> _reached = [];

    /// <summary>Notes that a mark is reached now.</summary>
    public void Reach(DrillMarkKind kind, string detail) => Reach(kind, clock.GetUtcNow(), detail);

    /// <summary>Notes that a mark was reached.</summary>
    public void Reach(DrillMarkKind kind, DateTimeOffset at, string detail)
    {
        lock (_gate)
        {
            _reached.TryAdd(kind, (at, detail));
        }
    }

    /// <summary>When a mark was reached and what was seen, or null.</summary>
    public (DateTimeOffset At, string Detail)? Of(DrillMarkKind kind)
    {
        lock (_gate)
        {
            return _reached.TryGetValue(kind, out var moment) ? moment : null;
        }
    }

    /// <summary>Whether a mark is reached.</summary>
    public bool Has(DrillMarkKind kind) => Of(kind) is not null;
}
