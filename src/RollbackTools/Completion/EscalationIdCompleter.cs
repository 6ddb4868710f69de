using System.Management.Automation;
using RollbackOps;
using RollbackOps.Configuration;
using RollbackOps.Escalations;
using RollbackOps.Redaction;
using RollbackOps.Rollbacks;
using RollbackTools.Isolation;

namespace RollbackTools.Completion;

/// <summary>Completes the escalations that are open, newest first, each with its reason.</summary>
public sealed class EscalationIdCompleter : ContextCompleter
{
    private protected override Task<IReadOnlyList<CompletionResult>> LookUpAsync(
        string folder, string? configuration, CancellationToken cancellationToken)
    {
        var settings = RollbackConfiguration.Read(new ConfigurationRequest { StartFolder = folder, File = configuration }).Settings;
        var store = Adapters.Factory.CreateStateStore(settings, TimeProvider.System);
        var states = EscalationState.Read(new Journal(store, TimeProvider.System, Redactor.Default).Read(), settings.Escalation.Automatic);
        return Task.FromResult<IReadOnlyList<CompletionResult>>(
        [
            .. states.Where(state => !state.IsOver).Reverse().Select(state => new CompletionResult(
                state.Id, state.Id, CompletionResultType.ParameterValue, Inert.Line($"{state.Severity}: {state.Reason}"))),
        ]);
    }
}
