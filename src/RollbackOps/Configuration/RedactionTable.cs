using System.Text.RegularExpressions;
using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Configuration;

/// <summary>The part of the table of settings that says what else is masked.</summary>
internal static class RedactionTable
{
    /// <summary>The redaction section.</summary>
    public static ObjectShape Section { get; } = new(
        typeof(RedactionSettings),
        "What else is masked in whatever leaves the process, beside the secrets that are known by their looks or names.",
        [
            new(nameof(RedactionSettings.Patterns),
                new ListShape<string>("a list of regular expressions", TextShape.Line("a regular expression", longest: 2000)),
                "Regular expressions for further secrets. What a group named 'secret' matches is masked, or without one the "
                + "whole match; a text that one cannot look through within 250 ms is masked as a whole.", "S40"),
        ])
    {
        Rule = redaction => Fault((RedactionSettings)redaction),
    };

    private static (string Property, string Message)? Fault(RedactionSettings redaction)
    {
        foreach (var pattern in redaction.Patterns)
        {
            try
            {
                if (new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)).IsMatch(string.Empty))
                {
                    return (nameof(redaction.Patterns), $"'{pattern}' matches nothing at all, so that it would mask everywhere");
                }
            }
            catch (ArgumentException failure)
            {
                return (nameof(redaction.Patterns), $"'{pattern}' is no regular expression: {failure.Message}");
            }
        }

        return null;
    }
}
