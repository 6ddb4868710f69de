using System.Text.RegularExpressions;

namespace RollbackOps.Configuration;

/// <summary>
/// Knows literal secrets by their looks (S40): the tokens of well-known services, bearer tokens, private keys and
/// addresses with a password. And it knows names whose values are secrets.
/// </summary>
internal static partial class LiteralSecret
{
    /// <summary>
    /// Words in a header's or variable's name that make its value a secret. "Tokens" is a count (MAX_TOKENS), not one.
    /// </summary>
    internal static IReadOnlyList<string> SensitiveWords { get; } =
    [
        "authorization", "cookie", "token(?!s)", "secret", "password", "passwd", "passphrase", "credential", "bypass",
        "signature", "api[-_]?key", "access[-_]?key", "private[-_]?key", "connection[-_]?string", "[-_]key$",
        "(^|[-_])auth([-_]|$)", "(^|[-_])pwd$",
    ];

    private static readonly Regex s_sensitiveName = new(
        string.Join('|', SensitiveWords), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private static readonly (string What, Func<Regex> Looks)[] s_kinds =
    [
        ("a literal token", Token),
        ("a literal bearer token", Bearer),
        ("a literal private key", PrivateKey),
        ("an address with a literal password", AddressWithPassword),
        ("an address with a literal token", AddressWithToken),
        ("a literal password", Password),
    ];

    /// <summary>Whether values under this name are secrets.</summary>
    public static bool IsSensitiveName(string name) => s_sensitiveName.IsMatch(name);

    /// <summary>What sort of secret a text holds, or null for none. Never the secret.</summary>
    public static string? Find(string text)
    {
        foreach (var (what, looks) in s_kinds)
        {
            if (looks().IsMatch(text))
            {
                return what;
            }
        }

        return null;
    }

    /// <summary>Whether an argument hands the one behind it, or the rest of itself, over as a secret.</summary>
    public static bool IsSecretOption(string argument, string? next) => SecretOption().Match(argument) switch
    {
        { Success: false } => false,
        { } match when match.Groups["value"].Success => true,
        _ => next is { Length: > 0 } && next[0] is not ('-' or '$' or '%' or '{'),
    };

    // The characters before a match keep words like "task-force" or "risk-" out.
    [GeneratedRegex(
        """
        (?<![A-Za-z0-9])(?:
            gh[opusr]_[A-Za-z0-9]{8,}
          | github_pat_[A-Za-z0-9_]{8,}
          | glpat-[A-Za-z0-9_-]{8,}
          | xox[a-z]-[A-Za-z0-9-]{8,}
          | xapp-[0-9]-[A-Za-z0-9-]{8,}
          | sk-[A-Za-z0-9_-]{16,}
          | [rs]k_(?:live|test)_[A-Za-z0-9]{8,}
          | npm_[A-Za-z0-9]{20,}
          | (?:AKIA|ASIA)[A-Z0-9]{12,}
          | AIza[A-Za-z0-9_-]{30,}
          | SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}
          | eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*
        )
        | hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9]+/[A-Za-z0-9]+
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    // "bearer token" in a sentence is none; a value that is nothing else is, however short.
    [GeneratedRegex(
        @"\A\s*bearer\s+(?![$%{<*])\S+\s*\z|\bbearer\s+[A-Za-z0-9._~+/-]{16,}"
        + @"|authorization\s*[:=]\s*(?:bearer|basic|token|digest|apikey)\s+(?![$%{<*])[^\s""']{6,}",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Bearer();

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----", RegexOptions.CultureInvariant)]
    private static partial Regex PrivateKey();

    [GeneratedRegex(
        @"[a-z][a-z0-9+.-]*://[^/\s:@]*:(?![$%{<])[^/\s@]+@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AddressWithPassword();

    [GeneratedRegex(
        @"[?&][a-z0-9_.-]*(?:token(?!s)|secret|password|api[-_]?key|access[-_]?key|bypass|signature)[a-z0-9_.-]*=(?![$%{<])[^&\s]+",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AddressWithToken();

    [GeneratedRegex(@"(?:^|;)\s*(?:password|pwd)\s*=\s*(?![$%{<])[^;\s]+",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Password();

    [GeneratedRegex(
        @"\A--?(?:[a-z0-9]+[-_])*(?:token|password|passwd|passphrase|api-?key|access-?key)(?:=(?<value>(?![$%{<])\S[\s\S]*)?)?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretOption();
}
