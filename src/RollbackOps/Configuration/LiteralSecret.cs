using System.Text.RegularExpressions;

namespace RollbackOps.Configuration;

/// <summary>
/// Knows literal secrets by their looks (S40): the tokens of well-known services, bearer tokens, private keys and
/// addresses with a password. And it knows names whose values are secrets.
/// </summary>
internal static class LiteralSecret
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

    private static readonly Lazy<Regex> s_sensitiveName = new(() => new Regex(
        string.Join('|', SensitiveWords), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant));

    // A pattern is only made for a text that holds one of its hints: reading a configuration should cost nothing.
    private static readonly Kind[] s_kinds =
    [
        // The characters before a match keep words like "task-force" or "risk-" out.
        new("a literal token",
            ["gh", "glpat-", "xox", "xapp-", "sk-", "k_live_", "k_test_", "npm_", "akia", "asia", "aiza", "sg.", "eyj", "slack"],
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
            RegexOptions.IgnorePatternWhitespace),
        // "bearer token" in a sentence is none; a value that is nothing else is, however short.
        new("a literal bearer token",
            ["bearer", "authorization"],
            @"\A\s*bearer\s+(?![$%{<*])\S+\s*\z|\bbearer\s+[A-Za-z0-9._~+/-]{16,}"
            + @"|authorization\s*[:=]\s*(?:bearer|basic|token|digest|apikey)\s+(?![$%{<*])[^\s""']{6,}",
            RegexOptions.IgnoreCase),
        new("a literal private key", ["private key"], "-----BEGIN [A-Z ]*PRIVATE KEY-----", RegexOptions.None),
        new("an address with a literal password",
            ["://"], @"[a-z][a-z0-9+.-]*://[^/\s:@]*:(?![$%{<])[^/\s@]+@", RegexOptions.IgnoreCase),
        new("an address with a literal token",
            ["?", "&"],
            @"[?&][a-z0-9_.-]*(?:token(?!s)|secret|password|api[-_]?key|access[-_]?key|bypass|signature)[a-z0-9_.-]*"
            + @"=(?![$%{<])[^&\s]+",
            RegexOptions.IgnoreCase),
        new("a literal password",
            ["password", "pwd"], @"(?:^|;)\s*(?:password|pwd)\s*=\s*(?![$%{<])[^;\s]+", RegexOptions.IgnoreCase),
    ];

    private static readonly Kind s_secretOption = new(
        "an option that hands over a secret",
        ["-"],
        @"\A--?(?:[a-z0-9]+[-_])*(?:token|password|passwd|passphrase|api-?key|access-?key)"
        + @"(?:=(?<value>(?![$%{<])\S[\s\S]*)?)?\z",
        RegexOptions.IgnoreCase);

    /// <summary>Whether values under this name are secrets.</summary>
    public static bool IsSensitiveName(string name) => s_sensitiveName.Value.IsMatch(name);

    /// <summary>What sort of secret a text holds, or null for none. Never the secret.</summary>
    public static string? Find(string text) => Array.Find(s_kinds, kind => kind.Match(text) is not null)?.What;

    /// <summary>Whether an argument hands the one behind it, or the rest of itself, over as a secret.</summary>
    public static bool IsSecretOption(string argument, string? next) => s_secretOption.Match(argument) switch
    {
        null => false,
        { } match when match.Groups["value"].Success => true,
        _ => next is { Length: > 0 } && next[0] is not ('-' or '$' or '%' or '{'),
    };

    /// <param name="What">The sort of secret, in words.</param>
    /// <param name="Hints">Of these every match holds at least one, in any case.</param>
    /// <param name="Pattern">What it looks like.</param>
    /// <param name="Options">The pattern's options.</param>
    private sealed record Kind(string What, string[] Hints, string Pattern, RegexOptions Options)
    {
        private Regex? _looks;

        public Match? Match(string text)
        {
            if (!Array.Exists(Hints, hint => text.Contains(hint, StringComparison.OrdinalIgnoreCase)))
            {
                return null;
            }

            // Interpreted: for a few texts per process that is far quicker than compiling the pattern's code.
            _looks ??= new Regex(Pattern, Options | RegexOptions.CultureInvariant);
            return _looks.Match(text) is { Success: true } match ? match : null;
        }
    }
}
