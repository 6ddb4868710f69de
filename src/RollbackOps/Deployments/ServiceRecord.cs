namespace RollbackOps.Deployments;

/// <summary>When each deployment served: the platform's own record and the rollback log's switches in one line of time.</summary>
internal sealed class ServiceRecord
{
    private const int None = -1;

    private readonly List<Activation> _line;
    private readonly Dictionary<string, int> _lastOf;
    private readonly int[] _earlierOfSame;

    /// <summary>Joins both records.</summary>
    /// <param name="platform">The platform's record, or null when it keeps none.</param>
    /// <param name="switches">The rollback log's switches.</param>
    public ServiceRecord(IReadOnlyList<Activation>? platform, IReadOnlyList<Activation> switches)
    {
        IsRecorded = platform is not null;
        _line = Line(platform ?? [], switches);
        _lastOf = new Dictionary<string, int>(_line.Count, StringComparer.Ordinal);
        _earlierOfSame = new int[_line.Count];
        for (var i = 0; i < _line.Count; i++)
        {
            _earlierOfSame[i] = _lastOf.TryGetValue(_line[i].DeploymentId, out var earlier) ? earlier : None;
            _lastOf[_line[i].DeploymentId] = i;
        }
    }

    /// <summary>Whether the platform keeps a record.</summary>
    public bool IsRecorded { get; }

    /// <summary>How many deployments are recorded to have served.</summary>
    public int Count => _lastOf.Count;

    /// <summary>Whether a deployment is recorded to have served.</summary>
    public bool Contains(string deploymentId) => _lastOf.ContainsKey(deploymentId);

    /// <summary>When a deployment served, oldest first.</summary>
    public IReadOnlyList<ServiceInterval> Of(string deploymentId)
    {
        var intervals = new List<ServiceInterval>();
        for (var i = _lastOf.TryGetValue(deploymentId, out var last) ? last : None; i != None; i = _earlierOfSame[i])
        {
            var next = i + 1 < _line.Count ? _line[i + 1] : null;
            intervals.Add(new ServiceInterval
            {
                From = _line[i].At,
                To = next?.At,
                EndedByRollback = next?.IsRollback ?? false,
            });
        }

        intervals.Reverse();
        return intervals;
    }

    /// <summary>Both records by time; a switch that is told twice in a row is one, and began with the first telling.</summary>
    private static List<Activation> Line(IReadOnlyList<Activation> platform, IReadOnlyList<Activation> switches)
    {
        var all = new List<Activation>(platform.Count + switches.Count);
        // A switch that both tell is the rollback log's: it knows what became of it.
        var ours = switches.Select(activation => activation.RollbackId).OfType<string>().ToHashSet(StringComparer.Ordinal);
        all.AddRange(platform.Where(activation => activation.RollbackId is null || !ours.Contains(activation.RollbackId)));
        all.AddRange(switches);
        if (!IsInOrder(all))
        {
            // A stable order: of two at the same moment, the platform's own record keeps its sequence.
            all = [.. all.OrderBy(activation => activation.At)];
        }

        var kept = 0;
        for (var i = 0; i < all.Count; i++)
        {
            if (kept == 0 || all[kept - 1].DeploymentId != all[i].DeploymentId)
            {
                all[kept++] = all[i];
            }
        }

        all.RemoveRange(kept, all.Count - kept);
        return all;
    }

    private static bool IsInOrder(List<Activation> all)
    {
        for (var i = 1; i < all.Count; i++)
        {
            if (all[i].At < all[i - 1].At)
            {
                return false;
            }
        }

        return true;
    }
}
