using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using RollbackOps.Drills;

namespace RollbackTools.Completion;

/// <summary>Completes the names of the scenarios that come with the module.</summary>
public sealed class ScenarioCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        DrillScenarios.BuiltIn
            .Where(scenario => scenario.Name.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(scenario => new CompletionResult(scenario.Name, scenario.Name, CompletionResultType.ParameterValue, scenario.Situation));
}
