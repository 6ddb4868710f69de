using RollbackOps.Configuration;

namespace RollbackOps.Drills;

/// <summary>What a drill's ground is made for.</summary>
public sealed record DrillGroundRequest
{
    internal DrillGroundRequest()
    {
    }

    /// <summary>The drill's id.</summary>
    public required string Id { get; init; }

    /// <summary>The folder to lay out, absolute: one that is not there, is empty, or holds an earlier drill.</summary>
    public required string Folder { get; init; }

    /// <summary>The scenario.</summary>
    public required DrillScenario Scenario { get; init; }

    /// <summary>How many times faster than real time the clock runs.</summary>
    public required double TimeScale { get; init; }

    /// <summary>Whether the team's channel is a server of the drill's; a person in another session has no key to it.</summary>
    public bool HasChannel { get; init; } = true;

    /// <summary>How many addresses the service has.</summary>
    public int Addresses { get; init; } = 1;
}

/// <summary>What the users of a drill's service saw.</summary>
public sealed record DrillSight
{
    internal DrillSight()
    {
    }

    /// <summary>When a user got the first bad answer, UTC; null for none.</summary>
    public DateTimeOffset? FirstBad { get; init; }

    /// <summary>When a user got the last bad answer, UTC; null for none.</summary>
    public DateTimeOffset? LastBad { get; init; }

    /// <summary>When a user got the first good answer after that, UTC; null for none yet.</summary>
    public DateTimeOffset? FirstGoodAfter { get; init; }

    /// <summary>Good answers since the last bad one.</summary>
    public long GoodInARow { get; init; }

    /// <summary>Requests since the deployment.</summary>
    public long Requests { get; init; }

    /// <summary>Those that got a bad answer or none.</summary>
    public long Bad { get; init; }

    /// <summary>The last bad answer to a request that was made after a moment; null for none.</summary>
    internal Func<DateTimeOffset, string?> BadSince { get; init; } = _ => null;
}

/// <summary>What became of what users stored.</summary>
/// <param name="Writes">What was acknowledged.</param>
/// <param name="Kept">Of those, what only the kept database has.</param>
/// <param name="Lost">Of those, what neither has.</param>
/// <param name="Damaged">Rows of the live database that are not what was stored.</param>
public sealed record DrillStock(long Writes, long Kept, long Lost, long Damaged);

/// <summary>
/// The ground of a drill: the sample service on a release directory, its users and its database, in a folder of their own and on
/// loopback addresses alone.
/// </summary>
public interface IDrillGround : IAsyncDisposable
{
    /// <summary>The configuration that it wrote.</summary>
    string ConfigurationFile { get; }

    /// <summary>The service's access log.</summary>
    string AccessLog { get; }

    /// <summary>The addresses that are its own.</summary>
    IReadOnlyList<Uri> Addresses { get; }

    /// <summary>Resolves the references that its configuration holds.</summary>
    ISecretSource Secrets { get; }

    /// <summary>The release that was good last.</summary>
    string GoodRelease { get; }

    /// <summary>The release with the fault; null before it is deployed.</summary>
    string? Deployed { get; }

    /// <summary>The release that the service runs, whatever its link says; null while it is stopped.</summary>
    string? ServedRelease { get; }

    /// <summary>When the team's channel got its first message, UTC; null before, and where there is none.</summary>
    DateTimeOffset? ToldAt { get; }

    /// <summary>Runs a script in another process of the same host, and kills that (SIGKILL) as soon as it asks for a restart.</summary>
    /// <returns>Whether it was killed; false where it ended before.</returns>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DrillFailed"/>: it cannot be started.</exception>
    Task<bool> KillAtRestartAsync(DrillHost host, string script, CancellationToken cancellationToken);

    /// <summary>Lays the folder out and starts service and users.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DrillRefused"/>: the folder is somebody else's.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Deploys the release with the scenario's fault; gives its id.</summary>
    Task<string> DeployAsync(CancellationToken cancellationToken);

    /// <summary>Lets another deployment begin, which goes live or goes on building; gives its id.</summary>
    Task<string> BeginDeploymentAsync(CancellationToken cancellationToken);

    /// <summary>Ends that deployment without its going live.</summary>
    void EndDeployment(string id);

    /// <summary>Lets the next restart leave one address with the former release.</summary>
    void HalveNextRestart();

    /// <summary>What users saw since the deployment.</summary>
    DrillSight Look();

    /// <summary>Stops the users, once their requests are answered.</summary>
    Task StopUsersAsync();

    /// <summary>Counts what became of what was stored.</summary>
    /// <param name="kept">The kept database, or null.</param>
    DrillStock CountStock(string? kept);
}
