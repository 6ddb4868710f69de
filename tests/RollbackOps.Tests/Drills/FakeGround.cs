using RollbackOps.Configuration;
using RollbackOps.Drills;

namespace RollbackOps.Tests.Drills;

/// <summary>A ground that only knows what it is told.</summary>
internal sealed class FakeGround : IDrillGround
{
    public string ConfigurationFile => throw new NotSupportedException();

    public string AccessLog => throw new NotSupportedException();

    public IReadOnlyList<Uri> Addresses => throw new NotSupportedException();

    public ISecretSource Secrets => throw new NotSupportedException();

    public string GoodRelease => "good";

    public string? Deployed => "bad";

    public string? ServedRelease { get; init; } = "good";

    public DateTimeOffset? ToldAt => null;

    public Task<bool> KillAtRestartAsync(DrillHost host, string script, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task StartAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string> DeployAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string> BeginDeploymentAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public void EndDeployment(string id) => throw new NotSupportedException();

    public void HalveNextRestart() => throw new NotSupportedException();

    public DrillSight Look() => throw new NotSupportedException();

    public Task StopUsersAsync() => throw new NotSupportedException();

    public DrillStock CountStock(string? kept) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
