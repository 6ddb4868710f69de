namespace RollbackOps.Deployments;

/// <summary>When each deployment served: the platform's own record and the rollback log's switches in one line of time.</summary>
internal sealed class ServiceRecord
{
    private readonly Dictionary<string, List<ServiceInterval>> _intervals = new(StringComparer.Ordinal);

    /// <summary>Joins both records.</summary>
    /// <param name="platform">The platform's record, or null when it keeps none.</param>
    /// <param name="switches">The rollback log's switches.</param>
    public ServiceRecord(IReadOnlyList<Activation>? platform, IReadOnlyList<Activation> switches)
    {
        IsRecorded = platform is not null;
        var all = new List<Activation>(platform ?? []);
        all.AddRange(switches);
        // A stable order: of two at the same moment, the platform's own record keeps its sequence.
        all = all.Count > 1 ? [.. all.OrderBy(activation => activation.At)] : all;
        Activation? next = null;
        for (var i = all.Count - 1; i >= 0; i--)
        {
            var activation = all[i];
            if (i > 0 && all[i - 1].DeploymentId == activation.DeploymentId)
            {
                // The same switch told twice; the interval began with the first telling.
                continue;
            }

            if (!_intervals.TryGetValue(activation.DeploymentId, out var intervals))
            {
                _intervals[activation.DeploymentId] = intervals = [];
            }

            intervals.Add(new ServiceInterval
            {
                From = activation.At,
                To = next?.At,
                EndedByRollback = next?.IsRollback ?? false,
            });
            next = activation;
        }

        foreach (var intervals in _intervals.Values)
        {
            intervals.Reverse();
        }
    }

    /// <summary>Whether the platform keeps a record.</summary>
    public bool IsRecorded { get; }

    /// <summary>How many deployments are recorded to have served.</summary>
    public int Count => _intervals.Count;

    /// <summary>Whether a deployment is recorded to have served.</summary>
    public bool Contains(string deploymentId) => _intervals.ContainsKey(deploymentId);

    /// <summary>When a deployment served, oldest first.</summary>
    public IReadOnlyList<ServiceInterval> Of(string deploymentId) =>
        _intervals.TryGetValue(deploymentId, out var intervals) ? intervals : [];
}
