using RollbackOps.Signals;

namespace RollbackOps.Rollbacks;

/// <summary>One reading of what one address serves: every check made once.</summary>
internal sealed record ServedReading(Uri Address, IReadOnlyList<HealthCheckResult> Results)
{
    /// <summary>Whether every check passed.</summary>
    public bool IsHealthy => Results.All(result => result.Status == CheckStatus.Passed);

    /// <summary>Whether a cache gave one of the answers.</summary>
    public bool IsFromCache => Results.Any(result => result.FromCache);

    /// <summary>Answers that count: those a cache did not give (S23).</summary>
    private IEnumerable<HealthCheckResult> Fresh => Results.Where(result => !result.FromCache);

    /// <summary>Whether a fresh answer states the expected version; null when none states any.</summary>
    public bool? IsExpectedVersion
    {
        get
        {
            var stated = Fresh.Where(result => result.IsExpectedVersion is not null).ToList();
            return stated.Count == 0 ? null : stated.All(result => result.IsExpectedVersion == true);
        }
    }

    /// <summary>The version a fresh answer states, or null.</summary>
    public string? ServedVersion => Fresh.FirstOrDefault(result => result.ServedVersion is not null)?.ServedVersion;

    /// <summary>The start time of the process that answered, where stated.</summary>
    public DateTimeOffset? ServedSince => Fresh.FirstOrDefault(result => result.ServedSince is not null)?.ServedSince;

    /// <summary>What fails, in words.</summary>
    public string Failures => string.Join("; ", Results
        .Where(result => result.Status != CheckStatus.Passed)
        .Select(result => result.ToString()));
}
