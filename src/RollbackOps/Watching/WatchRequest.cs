using RollbackOps.Signals;

namespace RollbackOps.Watching;

/// <summary>What is to be watched, and what may be done about it.</summary>
public sealed record WatchRequest
{
    internal WatchRequest()
    {
    }

    /// <summary>How long a deployment is looked at after it went live when nothing is said. Default 10 min.</summary>
    public static TimeSpan UsualBake { get; } = TimeSpan.FromMinutes(10);

    /// <summary>The deployment to follow; null for whatever is newest.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Whether to go on with the next one, until it is stopped.</summary>
    public bool IsContinuous { get; init; }

    /// <summary>Whether a failed deployment, a hard signal or decisive evidence is acted on (the document's automatic rollback).</summary>
    public bool RollbackOnFailure { get; init; }

    /// <summary>Whether what would be done is only planned: everything is read and nothing is written (S15).</summary>
    public bool IsPreview { get; init; }

    /// <summary>How long a deployment is looked at after it went live.</summary>
    public TimeSpan Bake { get; init; } = UsualBake;

    /// <summary>What is measured beside the health checks; none for the configured metrics.</summary>
    public IReadOnlyList<SignalSource> Sources { get; init; } = [];

    /// <summary>Measures anew for every look, or null.</summary>
    internal Func<CancellationToken, Task<IReadOnlyList<Measurement>>>? Measure { get; init; }

    /// <summary>Whether anything may be written: what only looks leaves no trace.</summary>
    internal bool Writes => RollbackOnFailure && !IsPreview;
}
