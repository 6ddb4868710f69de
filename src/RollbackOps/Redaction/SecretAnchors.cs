namespace RollbackOps.Redaction;

/// <summary>The anchors of the sorts of secret in <see cref="SecretKinds"/>. They let through more than the patterns, never less.</summary>
internal static class SecretAnchors
{
    /// <summary>How far user information in an address may go, in characters.</summary>
    private const int LongestUser = 640;

    private static readonly (string[] Beginnings, int Least)[] s_tokens =
    [
        (["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"], 8),
        (["glpat-", "glptt-", "gldt-", "glrt-", "glcbt-", "glagent-", "glft-", "glimt-", "glsoat-"], 8),
        (["xox"], 10), (["xapp-"], 10), (["sk-"], 16), (["whsec_"], 16), (["npm_"], 20), (["pypi-"], 16), (["rubygems_"], 32),
        (["dckr_pat_", "dckr_oat_"], 16), (["AKIA", "ASIA", "ABIA", "ACCA"], 12), (["AIza"], 30), (["GOCSPX-"], 16), (["ya29."], 16),
        (["SG."], 33), (["eyJ"], 17), (["dop_v1_", "doo_v1_", "dor_v1_"], 32), (["hf_"], 20),
        (["shpat_", "shpca_", "shppa_", "shpss_"], 20), (["hvs.", "hvb.", "hvr."], 16), (["dapi"], 32), (["lin_api_"], 20),
        (["PMAK-"], 20), (["NRAK-"], 20), (["dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."], 20), (["ATATT3"], 20),
        (["HRKU-"], 20), (["glsa_", "glsc_", "gla_", "glc_"], 20), (["sntrys_", "sntryu_"], 20), (["sq0"], 24),
        (["vcp_", "vck_", "vci_", "vca_", "vcr_"], 20), (["key-"], 32), (["figd_"], 20), (["pul-"], 40), (["tfe-"], 20),
        // After two characters, anything may follow: "s." is the old token of Vault, "AC" an account of Twilio.
        (["s."], 24), (["AC"], 32),
    ];

    private static readonly string[] s_keys =
    [
        "api", "access", "private", "account", "shared", "signing", "encryption", "routing", "integration", "service", "master",
        "session", "client", "app", "license", "deploy", "webhook", "storage", "host", "consumer", "secret",
    ];

    private static readonly string[] s_passwords = ["word", "wd", "phrase", "wort"];

    /// <summary>Makes all of them.</summary>
    /// <remarks>By plain loops: this is in the way of the first thing that a process writes, and queries take longer to compile.</remarks>
    public static List<SecretAnchor> Make()
    {
        List<SecretAnchor> all =
        [
            new("PRIVATE KEY", SecretSign.PrivateKey, IsExact: true, Always),
            new("AGE-SECRET-KEY-1", SecretSign.PrivateKey, IsExact: true, Always),
            new("://", SecretSign.Address, IsExact: true, HasUser),
            new("k_live_", SecretSign.Token, IsExact: true, (text, _, end) => IsRun(text, end, least: 8)),
            new("k_test_", SecretSign.Token, IsExact: true, (text, _, end) => IsRun(text, end, least: 8)),
            new(".atlasv1.", SecretSign.Token, IsExact: true, Always),
            new(":aa", SecretSign.Webhook, IsExact: false, (text, start, end) => IsDigit(text, start - 1) && IsRun(text, end, least: 30)),
            new("password", SecretSign.Login, IsExact: false, (text, _, end) => IsSpace(text, end)),
            new(":*:", SecretSign.PasswordFile, IsExact: true, Always),
            new("token", SecretSign.Name, IsExact: false, (text, _, end) => !Is(text, end, 's') && IsAssigned(text, end)),
            new("auth", SecretSign.Name, IsExact: false,
                (text, start, end) => !IsLetter(text, start - 1) && !IsLetter(text, end) && IsAssigned(text, end)),
            new("session", SecretSign.Name, IsExact: false, (text, _, end) => IsAssignedAfter(text, end, "id")),
            new("connection", SecretSign.Name, IsExact: false, (text, _, end) => IsAssignedAfter(text, end, "string")),
            new("pass", SecretSign.Name, IsExact: false, IsPassword),
            new("pwd", SecretSign.Name, IsExact: false, (text, start, end) => !IsLetter(text, start - 1) && IsAssigned(text, end)),
            new("sig=", SecretSign.Name, IsExact: false, (text, start, _) => !IsLetter(text, start - 1)),
            new("key", SecretSign.Name, IsExact: false, IsKey),
        ];
        Loose(all, SecretSign.Header, IsHeader, "authorization", "cookie");
        Loose(all, SecretSign.Webhook, Always, "hooks.slack", "hooks.zapier", "webhooks/", "webhookb2/");
        Loose(all, SecretSign.Scheme, (text, start, end) => !IsLetter(text, start - 1) && IsSpace(text, end), "bearer", "basic", "negotiate", "digest", "apikey");
        Loose(all, SecretSign.Argument, IsArgument, "token", "password", "passwd", "passphrase", "secret", "apikey", "api-key", "accesskey", "access-key");
        Loose(all, SecretSign.Argument, IsUser, "-u", "-user");
        Loose(all, SecretSign.Name, (text, _, end) => IsAssigned(text, end), "secret", "credential", "cookie", "signature", "authorization");
        foreach (var (beginnings, least) in s_tokens)
        {
            foreach (var beginning in beginnings)
            {
                all.Add(new SecretAnchor(beginning, SecretSign.Token, IsExact: true, (text, start, end) => IsToken(text, start, end, least)));
            }
        }

        for (var digit = '0'; digit <= '9'; digit++)
        {
            all.Add(new SecretAnchor($":{digit}", SecretSign.PasswordFile, IsExact: true, IsPort));
        }

        return all;
    }

    private static void Loose(List<SecretAnchor> all, SecretSign sign, AnchorSurroundings fits, params string[] anchors)
    {
        foreach (var anchor in anchors)
        {
            all.Add(new SecretAnchor(anchor, sign, IsExact: false, fits));
        }
    }

    private static bool Always(ReadOnlySpan<char> text, int start, int end) => true;

    private static bool IsHeader(ReadOnlySpan<char> text, int start, int end) =>
        Is(text, SkipSpace(text, Is(text, end, '2') ? end + 1 : end, most: int.MaxValue), ':');

    /// <summary>An "@" before the next space.</summary>
    private static bool HasUser(ReadOnlySpan<char> text, int start, int end)
    {
        var rest = text.Slice(end, Math.Min(LongestUser, text.Length - end));
        return rest.IndexOf('@') is > 0 and var at && !rest[..at].Contains(' ');
    }

    private static bool IsToken(ReadOnlySpan<char> text, int start, int end, int least) =>
        !(start > 0 && char.IsAsciiLetterOrDigit(text[start - 1])) && IsRun(text, end, least);

    /// <summary>As many characters of tokens as one has at least.</summary>
    private static bool IsRun(ReadOnlySpan<char> text, int start, int least)
    {
        if (text.Length - start < least)
        {
            return false;
        }

        foreach (var character in text.Slice(start, least))
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('_' or '-' or '.' or '=' or '+' or '/'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The last word of an argument's name, which begins with "-".</summary>
    private static bool IsArgument(ReadOnlySpan<char> text, int start, int end)
    {
        if (!IsSpace(text, end) && !Is(text, end, '='))
        {
            return false;
        }

        for (var at = start - 1; at >= 0 && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '-'); at--)
        {
            if (text[at] == '-')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A user and, after a colon, what is its password.</summary>
    private static bool IsUser(ReadOnlySpan<char> text, int start, int end)
    {
        if (!IsSpace(text, end) && !Is(text, end, '='))
        {
            return false;
        }

        var at = SkipSpace(text, Is(text, end, '=') ? end + 1 : end, most: int.MaxValue);
        var rest = text.Slice(at, Math.Min(102, text.Length - at));
        return rest.IndexOf(':') is >= 0 and var colon && !rest[..colon].Contains(' ');
    }

    /// <summary>A port of four or five digits between colons; the hours of a time have two.</summary>
    private static bool IsPort(ReadOnlySpan<char> text, int start, int end)
    {
        var digits = 1;
        while (IsDigit(text, start + 1 + digits))
        {
            digits++;
        }

        return digits is 4 or 5 && Is(text, start + 1 + digits, ':');
    }

    private static bool IsPassword(ReadOnlySpan<char> text, int start, int end)
    {
        foreach (var ending in s_passwords)
        {
            if (text[end..].StartsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return IsAssigned(text, end + ending.Length);
            }
        }

        return (text[..start].EndsWith("by", StringComparison.OrdinalIgnoreCase) || !IsLetter(text, end)) && IsAssigned(text, end);
    }

    /// <summary>A key is one where a word before says which.</summary>
    private static bool IsKey(ReadOnlySpan<char> text, int start, int end)
    {
        if (IsLetter(text, end) || !IsAssigned(text, end))
        {
            return false;
        }

        var before = start > 0 && text[start - 1] is '-' or '_' or ' ' ? text[..(start - 1)] : text[..start];
        foreach (var word in s_keys)
        {
            if (before.EndsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAssignedAfter(ReadOnlySpan<char> text, int end, string word)
    {
        var at = end < text.Length && text[end] is '-' or '_' or ' ' ? end + 1 : end;
        return text[at..].StartsWith(word, StringComparison.OrdinalIgnoreCase) && IsAssigned(text, at + word.Length);
    }

    /// <summary>After the rest of the name, what assigns a value to it; or the end of a tag of XML.</summary>
    private static bool IsAssigned(ReadOnlySpan<char> text, int end)
    {
        var at = end;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '.' or '-'))
        {
            at++;
        }

        if (at == text.Length)
        {
            return false;
        }

        if ((text[at] == '>' || IsSpace(text, at)) && IsTagEnd(text[at..]))
        {
            return true;
        }

        var slashes = 0;
        while (slashes < 3 && Is(text, at, '\\'))
        {
            slashes++;
            at++;
        }

        if (slashes > 0 && (Is(text, at, 'u') || Is(text, at, 'U')))
        {
            if (text[at..].StartsWith("u003e", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }

            at += text[at..].StartsWith("u0022", StringComparison.OrdinalIgnoreCase)
                || text[at..].StartsWith("u0027", StringComparison.OrdinalIgnoreCase) ? 5 : 0;
        }
        else if (Is(text, at, '"') || Is(text, at, '\''))
        {
            at++;
        }

        at = SkipSpace(text, at, most: 4);
        return Is(text, at, '=') || Is(text, at, ':');
    }

    /// <summary>The rest of a tag, with what ends one behind it; in JSON its marks may be written as code points.</summary>
    private static bool IsTagEnd(ReadOnlySpan<char> rest) =>
        (rest.IndexOfAny('<', '>') is >= 0 and var close && rest[close] == '>' && rest[close..].IndexOf("</", StringComparison.Ordinal) >= 0)
        || rest[..Math.Min(rest.Length, 208)].Contains("\\u003e", StringComparison.OrdinalIgnoreCase);

    private static int SkipSpace(ReadOnlySpan<char> text, int at, int most)
    {
        for (var skipped = 0; skipped < most && IsSpace(text, at); skipped++)
        {
            at++;
        }

        return at;
    }

    private static bool Is(ReadOnlySpan<char> text, int at, char character) => at < text.Length && text[at] == character;

    private static bool IsSpace(ReadOnlySpan<char> text, int at) => at < text.Length && char.IsWhiteSpace(text[at]);

    private static bool IsDigit(ReadOnlySpan<char> text, int at) => at >= 0 && at < text.Length && char.IsAsciiDigit(text[at]);

    private static bool IsLetter(ReadOnlySpan<char> text, int at) => at >= 0 && at < text.Length && char.IsAsciiLetter(text[at]);
}
