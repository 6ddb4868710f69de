using RollbackOps.Configuration;
using RollbackOps.Deployments;

namespace RollbackOps.Signals;

/// <summary>What to probe.</summary>
public sealed record ProbeRequest
{
    internal ProbeRequest()
    {
    }

    /// <summary>The address whose checks are made.</summary>
    public required Uri Address { get; init; }

    /// <summary>The checks, made at the same time.</summary>
    public required IReadOnlyList<HealthCheckSettings> Checks { get; init; }

    /// <summary>Headers sent with every check, references resolved.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The time-out of a check that has none of its own.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The deployment whose version is expected, or null.</summary>
    public Deployment? Expected { get; init; }

    /// <summary>The build files that may tell what is served (S23).</summary>
    public IReadOnlyList<BuildFile> Files { get; init; } = [];

    /// <summary>
    /// Whether the platform stands in front of this address (S6): its login, SSO redirect, 401 or 403, and a connection
    /// that cannot be made at all, are then <see cref="CheckStatus.NotProbed"/> and no failure. Default no: at production
    /// they fail the check.
    /// </summary>
    public bool IsBehindPlatform { get; init; }

    /// <summary>The round's number, from 1.</summary>
    public int Round { get; init; } = 1;
}

/// <summary>Asks a service from outside, over new connections and past caches (S23). Never throws for a bad answer.</summary>
public interface IHealthProber
{
    /// <summary>Makes every check of the request at once; one result per check, in their order.</summary>
    Task<IReadOnlyList<HealthCheckResult>> ProbeAsync(ProbeRequest request, CancellationToken cancellationToken);

    /// <summary>Whether an address answers at all, with any status.</summary>
    Task<bool> AnswersAsync(Uri address, TimeSpan timeout, CancellationToken cancellationToken);
}
