using System.Management.Automation;
using RollbackOps.Configuration;

namespace RollbackTools.Completion;

/// <summary>Completes the environments that the configuration names.</summary>
public sealed class EnvironmentCompleter : ContextCompleter
{
    private protected override Task<IReadOnlyList<CompletionResult>> LookUpAsync(
        string folder, string? configuration, CancellationToken cancellationToken)
    {
        var known = RollbackConfiguration.Read(new ConfigurationRequest { StartFolder = folder, File = configuration });
        return Task.FromResult<IReadOnlyList<CompletionResult>>(
            [.. known.Environments.Select(environment => new CompletionResult(environment))]);
    }
}
