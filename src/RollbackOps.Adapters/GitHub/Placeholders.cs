using System.Text.RegularExpressions;

namespace RollbackOps.Adapters.GitHub;

/// <summary>Fills in <c>{name}</c>, in one pass: what is filled in is text, whatever it holds (S43).</summary>
internal static partial class Placeholders
{
    public static string Fill(string text, Func<string, string?> value) =>
        Name().Replace(text, match => value(match.Groups[1].Value) ?? match.Value);

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Name();
}
