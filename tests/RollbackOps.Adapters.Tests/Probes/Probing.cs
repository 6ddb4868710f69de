using RollbackOps.Adapters.Probes;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Tests.Probes;

/// <summary>One check of one server, as short as a test reads well.</summary>
internal static class Probing
{
    public static readonly HealthCheckSettings Health = new() { Name = "health", Path = "/health" };

    public static readonly Deployment Expected = new()
    {
        Id = SampleRoot.Previous,
        Project = "shop",
        Environment = "production",
        Platform = "ReleaseDirectory",
        State = DeploymentState.Ready,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Commit = "0123456789abcdef0123456789abcdef01234567",
    };

    public static async Task<HealthCheckResult> ProbeAsync(
        this RawServer server,
        HealthCheckSettings? check = null,
        TimeSpan? timeout = null,
        IReadOnlyList<BuildFile>? files = null,
        CancellationToken cancellationToken = default) => Assert.Single(
            await new HealthProber(TimeProvider.System).ProbeAsync(
                new ProbeRequest
                {
                    Address = server.Address,
                    Checks = [check ?? Health],
                    Timeout = timeout ?? TimeSpan.FromSeconds(20),
                    Expected = Expected,
                    Files = files ?? [],
                },
                cancellationToken));
}
