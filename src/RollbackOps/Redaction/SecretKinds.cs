using System.Text.RegularExpressions;

namespace RollbackOps.Redaction;

/// <summary>
/// The sorts of secret that are known by their looks, in the order in which they are masked. Each pattern stands behind a
/// <see cref="SecretSign"/>: what it looks for and what <see cref="SecretScan"/> looks for belong together.
/// </summary>
internal static partial class SecretKinds
{
    /// <summary>Words in the name of a value that make the value a secret. "Tokens" is a count, not one.</summary>
    private const string Names =
        """
        token(?!s)|secret|password|passwd|passphrase|passwort|credential|(?<![a-z])auth(?![a-z])|authorization|cookie
        |session[-_ ]?id|bypass|signature|connection[-_ ]?string|(?<![a-z])pwd|(?<![a-z])sig(?==)|(?<=pg|my|db)pass(?![a-z])
        |(?<![a-z])pass(?=["']?[=:])|(?:api|access|private|account|shared|signing|encryption|routing|integration|service|master
        |session|client|app|license|deploy|webhook|storage|host|consumer|secret)[-_ ]?(?:access[-_ ]?)?key(?![a-z])
        """;

    /// <summary>What stands for a secret and is none: references, variables and placeholders.</summary>
    private const string StandIn =
        """
        env:|secret:|\$\{|\$\(|\$[A-Za-z_][A-Za-z0-9_:]*(?:[\s"';,&]|$)|%[A-Za-z_]+%|\{[A-Za-z_ ]*\}|\{\{|<[a-z _-]*>
        |\[redacted\]|\*{3,}|\(none\)|(?:null|true|false|undefined)\b
        """;

    private const string Stand = $"(?!{StandIn})";

    /// <summary>"token: holds a secret, so ..." is a sentence about one; a value is one word, or not of letters alone.</summary>
    private const string Prose = @"(?<=:\s{1,4})(?-i:[a-z]{1,20},?\x20+[a-z'])";

    /// <summary>A quotation mark, escaped or not; some serializers of JSON write it as a code point.</summary>
    private const string Quote = """(?:\\?["']|\\{1,3}u002[27])""";

    private const RegexOptions Plain = RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant;

    private const RegexOptions Loose = Plain | RegexOptions.IgnoreCase;

    /// <summary>
    /// All of them. Blocks come first: nothing inside them may be taken for something smaller. Headers come last: their value
    /// ends at a quotation mark, which would leave the value of a name without its name.
    /// </summary>
    public static IReadOnlyList<SecretKind> All { get; } =
    [
        new(SecretSign.PrivateKey, SecretKind.FromTheStart, PrivateKey()),
        new(SecretSign.Address, 24, Address()),
        new(SecretSign.Token, 16, Token()),
        new(SecretSign.Webhook, 40, Webhook()),
        new(SecretSign.Scheme, 0, Scheme()),
        new(SecretSign.Argument, 64, Argument()),
        new(SecretSign.Login, SecretKind.FromTheStart, Login()),
        new(SecretSign.PasswordFile, 256, PasswordFile()),
        new(SecretSign.Name, 24, Name()),
        new(SecretSign.Header, "proxy-".Length, Header()),
    ];

    /// <summary>A block that does not end hides all that follows.</summary>
    [GeneratedRegex(
        """
        -----BEGIN\ [A-Z0-9 ]*PRIVATE\ KEY(?:\ BLOCK)?-----(?:[\s\S]*?-----END\ [A-Z0-9 ]*PRIVATE\ KEY(?:\ BLOCK)?-----|[\s\S]*)
        | AGE-SECRET-KEY-1[A-Z0-9]{20,}
        """,
        Plain, SecretKind.TimeLimitMilliseconds)]
    private static partial Regex PrivateKey();

    /// <summary>The rest of the line is the value.</summary>
    [GeneratedRegex(
        """
        (?:proxy-)?authorization\s*:\s*(?<secret>[^\r\n"']*[^\s"'])
        | (?:set-)?cookie2?\s*:\s*(?<secret>[^\r\n]*[^\s])
        """,
        Loose, SecretKind.TimeLimitMilliseconds)]
    private static partial Regex Header();

    /// <summary>User information in addresses. Of http it is masked whole: there the user name may be the token.</summary>
    [GeneratedRegex(
        """
        https?:/{2}(?<secret>[^/\s:@?#"'<>]{1,300}(?::[^\s@"'<>/]{0,300})?)@
        | [a-z][a-z0-9+.-]{1,20}:/{2}[^/\s:@?#]{0,200}:(?!\d{1,5}(?:[/?#,\s]|$))(?<secret>[^\s"'<>]{1,300})@
        """,
        Loose, SecretKind.TimeLimitMilliseconds)]
    private static partial Regex Address();

    /// <summary>The tokens of well-known services. The character before keeps words like "task-force" out.</summary>
    [GeneratedRegex(
        """
        (?<![A-Za-z0-9])(?:
            gh[opusr]_[A-Za-z0-9]{8,} | github_pat_[A-Za-z0-9_]{8,} | gl(?:pat|ptt|dt|rt|cbt|agent|ft|imt|soat)-[A-Za-z0-9_-]{8,}
          | xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,} | xapp-[0-9]-[A-Za-z0-9-]{8,}
          | sk-[A-Za-z0-9_-]{16,} | [rsp]k_(?:live|test)_[A-Za-z0-9]{8,} | whsec_[A-Za-z0-9+/=]{16,}
          | npm_[A-Za-z0-9]{20,} | pypi-[A-Za-z0-9_-]{16,} | rubygems_[a-f0-9]{32,} | dckr_(?:pat|oat)_[A-Za-z0-9_-]{16,}
          | (?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,} | AIza[A-Za-z0-9_-]{30,} | GOCSPX-[A-Za-z0-9_-]{16,} | ya29\.[A-Za-z0-9_-]{16,}
          | SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,} | eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*
          | do[opr]_v1_[a-f0-9]{32,} | hf_[A-Za-z0-9]{20,} | shp(?:at|ca|pa|ss)_[a-fA-F0-9]{20,} | hv[sbr]\.[A-Za-z0-9_-]{16,}
          | s\.[A-Za-z0-9]{24}(?![A-Za-z0-9]) | dapi[a-f0-9]{32} | lin_api_[A-Za-z0-9]{20,} | PMAK-[A-Za-z0-9-]{20,} | NRAK-[A-Z0-9]{20,}
          | dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.-]{20,} | ATATT3[A-Za-z0-9_=-]{20,} | HRKU-[A-Za-z0-9_-]{20,}
          | gls?[ac]_[A-Za-z0-9+/=_]{20,} | sntry[su]_[A-Za-z0-9+/=_-]{20,} | sq0[a-z]{3}-[A-Za-z0-9_-]{20,}
          | vc[pkiar]_[A-Za-z0-9]{20,} | AC[a-f0-9]{32} | key-[a-f0-9]{32} | figd_[A-Za-z0-9_-]{20,} | pul-[a-f0-9]{40}
          | [A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,} | tfe-[A-Za-z0-9_-]{20,}
        )
        """,
        Plain, SecretKind.TimeLimitMilliseconds)]
    private static partial Regex Token();

    /// <summary>Addresses that are secrets themselves, and the tokens of bots.</summary>
    [GeneratedRegex(
        """
        hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/(?<secret>[A-Za-z0-9_/-]{4,})
        | discord(?:app)?\.com/api/(?:v\d+/)?webhooks/(?<secret>[A-Za-z0-9_/-]{8,})
        | hooks\.zapier\.com/hooks/catch/(?<secret>[A-Za-z0-9/]{4,})
        | webhook\.office\.com/webhookb2/(?<secret>[^\s"'<>]{8,})
        | (?<![a-z0-9])(?:bot)?\d{8,10}:AA[A-Za-z0-9_-]{30,}
        """,
        Loose, SecretKind.TimeLimitMilliseconds)]
    private static partial Regex Webhook();

    /// <summary>What follows the name of a way to authorize.</summary>
    [GeneratedRegex(
        """
        (?<![a-z])(?:bearer|negotiate|apikey)\s+(?<secret>(?=[a-z._~+/-]{0,100}[0-9=])[a-z0-9._~+/=-]{6,}|[a-z0-9._~+/=-]{16,})
        | (?<![a-z])basic\s+(?<secret>(?-i:(?=[A-Za-z+/]{0,100}[0-9=]|[A-Za-z]{1,100}[A-Z])[A-Za-z0-9+/]{6,}={0,2}))(?![a-z0-9])
        | (?<![a-z])digest\s+(?<secret>username\s*=[^\r\n]*)
        """,
        Loose, SecretKind.TimeLimitMilliseconds)]
    private static partial Regex Scheme();

    /// <summary>Programs' arguments.</summary>
    [GeneratedRegex(
        $$"""
        (?<![a-z0-9-])--?[a-z0-9-]{0,40}(?:token|password|passwd|passphrase|secret|api-?key|access-?key)(?:\s+|=)
            (?<secret>(?!-){{Stand}}(?:"[^"\r\n]*"|'[^'\r\n]*'|[^\s"']+))
        | (?<![a-z0-9-])(?:-u|--user|--proxy-user)(?:\s+|=)["']?[^\s:"'/@]{0,100}:(?!\d+(?:[\s"']|$)|//)(?<secret>[^\s"']+)
        """,
        Loose, SecretKind.TimeLimitMilliseconds)]
    private static partial Regex Argument();

    /// <summary>The line of a .netrc file.</summary>
    [GeneratedRegex(@"(?<![a-z])login\s+\S{1,200}\s+password\s+(?<secret>\S+)", Loose, SecretKind.TimeLimitMilliseconds)]
    private static partial Regex Login();

    /// <summary>The line of a .pgpass file.</summary>
    [GeneratedRegex(
        @"(?<![\w.-])[^:\s/""]{1,253}:(?:[0-9]{4,5}|\*):[^:\s/]{1,100}:[^:\s/]{1,100}:(?<secret>[^\s/""]+)",
        Plain, SecretKind.TimeLimitMilliseconds)]
    private static partial Regex PasswordFile();

    /// <summary>Whatever a name says is a secret: in assignments, addresses' queries, JSON, YAML, XML, connection strings.</summary>
    [GeneratedRegex(
        $$"""
        (?:{{Names}})[A-Z0-9_.-]{0,40}
        (?:
            {{Quote}}?\s{0,4}(?::=|=>|=|:(?!//))\s{0,4}
            (?:
                \\"{{Stand}}(?<secret>(?:[^"\\]|\\[^"])+)
              | "{{Stand}}(?<secret>(?:[^"\\]|\\.)+)
              | '{{Stand}}(?<secret>(?:[^'\\]|\\.|'')+)
              | \\u002[27]{{Stand}}(?<secret>(?:(?!(?<!\\)\\u002[27])[^"\r\n])+)
              | \\{3}u002[27]{{Stand}}(?<secret>(?:(?!\\{3}u002[27])[^"\r\n])+)
              | (?!{{Quote}}?(?:{{StandIn}}))(?!{{Prose}})(?<secret>(?:bearer|basic|token|digest|apikey)\s+[^\s"';]+|[^\s;"&][^;"\r\n]*(?=;)|[^\s"&;]+)
            )
          | (?:\s[^<>]{0,200})?>\s*{{Stand}}(?<secret>[^<\s][^<]*)(?=</)
          | (?:\s[^<>]{0,200})?\\u003E\s*{{Stand}}(?<secret>[^<\s\\][^<\\]*)(?=\\u003C/)
        )
        """,
        Loose, SecretKind.TimeLimitMilliseconds)]
    private static partial Regex Name();
}
