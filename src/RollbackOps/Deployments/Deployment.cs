using System.Text.Json.Serialization;

namespace RollbackOps.Deployments;

/// <summary>
/// One deployment of a project in an environment, as its platform and the rollback log describe it. Immutable.
/// </summary>
/// <remarks>It has no public constructor: PowerShell would otherwise coerce a piped string into a target.</remarks>
public sealed record Deployment
{
    [JsonConstructor]
    internal Deployment()
    {
    }

    /// <summary>The platform's id of it; for a release directory the folder's name.</summary>
    public required string Id { get; init; }

    /// <summary>The project it belongs to.</summary>
    public required string Project { get; init; }

    /// <summary>The environment it serves or was built for.</summary>
    public required string Environment { get; init; }

    /// <summary>The platform that serves it, for example <c>ReleaseDirectory</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>How far it came.</summary>
    public required DeploymentState State { get; init; }

    /// <summary>When it was created, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The full hash of the commit it was built from, where known.</summary>
    public string? Commit { get; init; }

    /// <summary>The subject line of that commit, made inert (S43).</summary>
    public string? Subject { get; init; }

    /// <summary>Who wrote that commit or started the deployment.</summary>
    public string? Author { get; init; }

    /// <summary>The branch it was built from.</summary>
    public string? Branch { get; init; }

    /// <summary>The levels of the database's schema that it declares to work with (S28), or null where it declares none.</summary>
    public SchemaRange? Schema { get; init; }

    /// <summary>Why it failed, where it failed.</summary>
    public string? Error { get; init; }

    /// <summary>The deployment's own address, where the platform gives it one (S6).</summary>
    public Uri? Address { get; init; }

    /// <summary>
    /// Why it can be no target at all, as the end of a sentence, for example because it is a preview; null when nothing is
    /// known against it (S4).
    /// </summary>
    public string? Ineligibility { get; init; }

    /// <summary>
    /// Why the platform's own switch would refuse it, as the end of a sentence; another strategy may still go there (S5).
    /// </summary>
    public string? Unswitchable { get; init; }

    /// <summary>When it served production, oldest first; empty when it is not known to have served.</summary>
    public IReadOnlyList<ServiceInterval> Served { get; init; } = [];

    /// <summary>
    /// Whether the platform records when deployments served. Where it does not, a ready deployment may have served.
    /// </summary>
    public bool IsServiceRecorded { get; init; } = true;

    /// <summary>Whether it is what production is switched to now.</summary>
    public bool IsCurrent { get; init; }

    /// <summary>Whether automatic selection may choose it now (S1).</summary>
    public bool IsCandidate { get; init; }

    /// <summary>Whether it carries a known-bad mark (S2).</summary>
    [JsonIgnore]
    public bool IsKnownBad => Mark?.Kind == MarkKind.KnownBad;

    /// <summary>Its mark, or null.</summary>
    public DeploymentMark? Mark { get; init; }

    /// <summary>The checks of its commit, where they were read.</summary>
    public CommitChecks? Checks { get; init; }

    /// <summary>What is known of its health while it served (S1).</summary>
    public DeploymentHealth Health { get; init; }

    /// <summary>When it last began to serve, UTC; null when it is not known to have served.</summary>
    [JsonIgnore]
    public DateTimeOffset? LastServedAt => Served.Count == 0 ? null : Served[^1].From;

    /// <summary>The commit's first twelve digits, or null.</summary>
    [JsonIgnore]
    public string? ShortCommit => Commit is { Length: > 12 } full ? full[..12] : Commit;

    /// <summary>The deployment's id.</summary>
    public override string ToString() => Id;
}
