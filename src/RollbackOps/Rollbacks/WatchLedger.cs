namespace RollbackOps.Rollbacks;

/// <summary>What watches noted in the journal: how far deployments came, and when verdicts were serious.</summary>
internal sealed class WatchLedger
{
    private readonly Dictionary<string, WatchNotedData> _last = new(StringComparer.Ordinal);
    private readonly List<(DateTimeOffset From, DateTimeOffset? To)> _serious = [];

    /// <summary>When the newest deployment that was noted was made; null when none was.</summary>
    public DateTimeOffset? NewestCreatedAt { get; private set; }

    /// <summary>Whether the last verdict was serious, and nothing eased it since.</summary>
    public bool IsSerious => _serious.Count > 0 && _serious[^1].To is null;

    /// <summary>Since when the last serious verdict held; null when there was none.</summary>
    public DateTimeOffset? SeriousSince => _serious.Count == 0 ? null : _serious[^1].From;

    /// <summary>What was noted last of a deployment; null when nothing was.</summary>
    public WatchNotedData? Of(string deploymentId) => _last.GetValueOrDefault(deploymentId);

    /// <summary>
    /// When the incident began that is open at a moment; null when none is. Serious verdicts less than a pause apart belong to
    /// one (S27).
    /// </summary>
    public DateTimeOffset? IncidentSince(DateTimeOffset at, TimeSpan pause)
    {
        var (next, since) = (at, (DateTimeOffset?)null);
        for (var i = _serious.Count - 1; i >= 0 && (_serious[i].To is not { } eased || next - eased < pause); i--)
        {
            since = next = _serious[i].From;
        }

        return since;
    }

    public void Apply(JournalRecord record)
    {
        switch (record.Kind)
        {
            case JournalKind.WatchNoted when record.Read(RollbackJson.Compact.WatchNotedData) is { DeploymentId: { } id } noted:
                _last[id] = noted;
                NewestCreatedAt = NewestCreatedAt > noted.CreatedAt ? NewestCreatedAt : noted.CreatedAt;
                break;
            case JournalKind.IncidentOpened when !IsSerious:
                _serious.Add((record.At, null));
                break;
            case JournalKind.IncidentEased when IsSerious:
                _serious[^1] = (_serious[^1].From, record.At);
                break;
        }
    }
}
