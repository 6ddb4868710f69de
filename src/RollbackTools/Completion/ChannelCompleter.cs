using System.Management.Automation;
using RollbackOps.Configuration;

namespace RollbackTools.Completion;

/// <summary>Completes the channels to people that the configuration names.</summary>
public sealed class ChannelCompleter : ContextCompleter
{
    private protected override Task<IReadOnlyList<CompletionResult>> LookUpAsync(
        string folder, string? configuration, CancellationToken cancellationToken)
    {
        var known = RollbackConfiguration.Read(new ConfigurationRequest { StartFolder = folder, File = configuration });
        return Task.FromResult<IReadOnlyList<CompletionResult>>(
            [.. known.Settings.Notifications.Channels.Select(channel => new CompletionResult(channel.Name))]);
    }
}
