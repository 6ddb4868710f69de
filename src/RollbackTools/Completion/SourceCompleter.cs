using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using RollbackOps.Signals;

namespace RollbackTools.Completion;

/// <summary>Completes the names of configured sources.</summary>
public sealed class SourceCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Enum.GetNames<SignalSource>()
            .Where(name => name.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name));
}
