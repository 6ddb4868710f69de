using System.Text.RegularExpressions;

namespace RollbackOps.Redaction;

/// <summary>One sort of secret, and what it looks like.</summary>
/// <param name="sign">What every text has in it that holds one.</param>
/// <param name="reach">How many characters before the sign a match begins at most.</param>
/// <param name="looks">
/// What it looks like. A group named <c>secret</c> is what is masked; without one, the whole match is.
/// </param>
internal sealed class SecretKind(SecretSign sign, int reach, Regex looks)
{
    /// <summary>The group that is masked.</summary>
    public const string Group = "secret";

    /// <summary>How long a pattern may look at one text. What it could not look through to the end is masked as a whole.</summary>
    public const int TimeLimitMilliseconds = 250;

    /// <summary>The reach of a sign that a match may begin anywhere before.</summary>
    public const int FromTheStart = int.MaxValue;

    /// <summary>What every text has in it that holds one.</summary>
    public SecretSign Sign => sign;

    /// <summary>The text with everything of this kind masked.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the first sign in it stands.</param>
    /// <exception cref="RegexMatchTimeoutException">It could not be looked through in time.</exception>
    public string Mask(string text, int at) => looks.Replace(text, Masked, count: -1, Math.Max(0, at - reach));

    /// <summary>What stands in place of a match.</summary>
    public static string Masked(Match match) => match.Groups[Group] switch
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
