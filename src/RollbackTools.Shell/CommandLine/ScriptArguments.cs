using System.Management.Automation.Runspaces;

namespace RollbackTools.Shell.CommandLine;

/// <summary>
/// Turns the words after a script file into parameters, as <c>pwsh -File</c> does
/// (<c>CommandLineParameterParser.CollectPSArgs</c>): everything is text, except that a switch can be given as
/// <c>-Name:$false</c>.
/// </summary>
internal static class ScriptArguments
{
    /// <summary>Reads the words.</summary>
    public static List<CommandParameter> Read(ReadOnlySpan<string> words)
    {
        var parameters = new List<CommandParameter>(words.Length);
        string? pendingName = null;
        foreach (var word in words)
        {
            if (pendingName is not null)
            {
                parameters.Add(new CommandParameter(pendingName, word));
                pendingName = null;
            }
            else if (!word.StartsWith('-') || word.Length == 1)
            {
                parameters.Add(new CommandParameter(name: null, word));
            }
            else if (word.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0)
            {
                if (colon == word.Length - 1)
                {
                    pendingName = word[..colon];
                }
                else
                {
                    parameters.Add(new CommandParameter(word[..colon], Value(word[(colon + 1)..])));
                }
            }
            else
            {
                // A name without a value: the engine's binder joins it with the next word unless it is a switch.
                parameters.Add(new CommandParameter(word));
            }
        }

        return pendingName is null
            ? parameters
            : throw new UsageException($"the script's parameter '{pendingName}:' has no value");
    }

    private static object Value(string text) =>
        bool.TryParse(text.AsSpan(text.StartsWith('$') ? 1 : 0), out var flag) ? flag : text;
}
