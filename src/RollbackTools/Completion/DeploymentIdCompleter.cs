using System.Management.Automation;
using RollbackOps;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackTools.Isolation;

namespace RollbackTools.Completion;

/// <summary>Completes deployment ids, newest first, each with its state and commit.</summary>
public sealed class DeploymentIdCompleter : ContextCompleter
{
    private const int Most = 50;

    private protected override async Task<IReadOnlyList<CompletionResult>> LookUpAsync(
        string folder, string? configuration, CancellationToken cancellationToken)
    {
        var request = new ConfigurationRequest { StartFolder = folder, File = configuration };
        var settings = RollbackConfiguration.Read(request).Settings;
        var platform = Adapters.Factory.CreatePlatform(settings, new NoSecrets(), TimeProvider.System);
        var values = new List<CompletionResult>();
        await foreach (var deployment in platform.ListAsync(new DeploymentQuery { First = Most }, cancellationToken))
        {
            values.Add(new CompletionResult(
                deployment.Id, deployment.Id, CompletionResultType.ParameterValue,
                $"{deployment.State} {deployment.ShortCommit} {deployment.Subject}".Trim()));
        }

        return values;
    }

    private sealed class NoSecrets : ISecretSource
    {
        public ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken) =>
            throw new RollbackOpsException(ErrorId.SecretUnavailable,
                "Completion reads no secrets.", "Type the id, or use Get-DeploymentHistory.");
    }
}
