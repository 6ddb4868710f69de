using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace RollbackTools.Completion;

/// <summary>Completes values that have to be looked up: cached, within 250 ms, and silent on failure.</summary>
public abstract class ContextCompleter : IArgumentCompleter
{
    private const string Location = "$ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath";
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_lifetime = TimeSpan.FromSeconds(10);
    private static readonly ConcurrentDictionary<(Type, string, string), (DateTimeOffset At, IReadOnlyList<CompletionResult> Values)> s_cache = new();

    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        var pattern = new WildcardPattern((wordToComplete ?? string.Empty).Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
        return Known(fakeBoundParameters).Where(value => pattern.IsMatch(value.ListItemText));
    }

    /// <summary>Looks the values up.</summary>
    /// <param name="folder">PowerShell's location in the file system.</param>
    /// <param name="configuration">The configuration file that is named, or null.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    private protected abstract Task<IReadOnlyList<CompletionResult>> LookUpAsync(
        string folder, string? configuration, CancellationToken cancellationToken);

    private IReadOnlyList<CompletionResult> Known(IDictionary bound)
    {
        try
        {
            // The proxy of a runspace refuses while its pipeline runs; a nested script may ask.
            using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
            var folder = shell.AddScript(Location).Invoke<string>()[0];
            var configuration = bound["ConfigurationPath"] as string;
            var key = (GetType(), folder, configuration ?? string.Empty);
            if (s_cache.TryGetValue(key, out var cached) && DateTimeOffset.UtcNow - cached.At < s_lifetime)
            {
                return cached.Values;
            }

            using var patience = new CancellationTokenSource(s_patience);
            var lookUp = Task.Run(() => LookUpAsync(folder, configuration, patience.Token), patience.Token);
            if (!lookUp.Wait(s_patience))
            {
                return [];
            }

            s_cache[key] = (DateTimeOffset.UtcNow, lookUp.Result);
            return lookUp.Result;
        }
        catch (Exception failure) when (failure is AggregateException or RuntimeException or RollbackOps.RollbackOpsException
            or OperationCanceledException or InvalidOperationException)
        {
            // Completion is a courtesy: what is wrong, the command itself will say.
            return [];
        }
    }
}
