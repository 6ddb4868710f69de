using System.Text.RegularExpressions;

namespace RollbackOps.Redaction;

/// <summary>One sort of secret, and what it looks like.</summary>
/// <param name="hints">Of these every match holds at least one, in any case; empty where anything may match.</param>
/// <param name="pattern">
/// What it looks like. A group named <c>secret</c> is what is masked; without one, the whole match is.
/// </param>
/// <param name="options">The pattern's options.</param>
internal sealed class SecretKind(IReadOnlyList<string> hints, string pattern, RegexOptions options = RegexOptions.None)
{
    /// <summary>The group that is masked.</summary>
    public const string Group = "secret";

    /// <summary>How long a pattern may look at one text. What it could not look through to the end is masked as a whole.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMilliseconds(250);

    // Interpreted, and only made when a text holds one of its hints: most texts hold none.
    private readonly Lazy<Regex> _looks = new(() => new Regex(pattern, options | RegexOptions.CultureInvariant, TimeLimit));

    /// <summary>The text with everything of this kind masked.</summary>
    /// <exception cref="RegexMatchTimeoutException">It could not be looked through in time.</exception>
    public string Mask(string text) => MayHold(text) ? _looks.Value.Replace(text, Masked) : text;

    private bool MayHold(string text)
    {
        foreach (var hint in hints)
        {
            if (text.Contains(hint, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return hints.Count == 0;
    }

    private static string Masked(Match match) => match.Groups[Group] switch
    {
        { Success: false } when match.Length == 0 => string.Empty,
        { Success: false } => Redactor.Mask,
        { Length: 0 } => match.Value,
        { } secret => string.Concat(
            match.ValueSpan[..(secret.Index - match.Index)],
            Redactor.Mask,
            match.ValueSpan[(secret.Index - match.Index + secret.Length)..]),
    };
}
