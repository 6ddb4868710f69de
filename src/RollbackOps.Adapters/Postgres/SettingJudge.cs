using System.Text.RegularExpressions;

namespace RollbackOps.Adapters.Postgres;

/// <summary>
/// Judges a SET of a plain SQL dump: all but what would change how the rest of it is read, or how it could be (S31).
/// </summary>
internal static partial class SettingJudge
{
    /// <summary>Judges a whole statement's tokens.</summary>
    public static DumpVerdict Judge(ReadOnlySpan<string> tokens)
    {
        switch (tokens)
        {
            case ["set", "session", "authorization", _]:
            case ["set", "role", _]:
                return DumpVerdict.Passed;
            case ["set", "session" or "local", _, "=" or "to", ..]:
                tokens = tokens[1..];
                break;
        }

        return tokens switch
        {
            ["set", var name, "=" or "to", .. var value] => Setting(name.TrimStart('"').ToLowerInvariant(), value),
            ["set", "names", .. var value] => Setting("client_encoding", value),
            ["set", _, ".", _, "=" or "to", ..] => DumpVerdict.Passed,
            _ => DumpVerdict.Refused("it is a SET as pg_dump writes none"),
        };
    }

    private static DumpVerdict Setting(string name, ReadOnlySpan<string> value) => name switch
    {
        "standard_conforming_strings" when value is not ["on" or "'on"] =>
            DumpVerdict.Refused("with standard_conforming_strings off nobody can tell where its texts end"),
        "client_encoding" when value is not [var encoding] || !PlainEncodings().IsMatch(encoding) =>
            DumpVerdict.Refused("in that client_encoding a letter may hold a quote or a backslash"),
        _ => DumpVerdict.Passed,
    };

    /// <summary>Encodings whose further bytes are never ASCII: those that a server may use itself.</summary>
    [GeneratedRegex(@"^[""']?(utf-?_?8|unicode|sql_?ascii|latin-?_?\d+|iso_?-?8859[-_]?\d+|(win|windows-?)(125\d|866|874)|koi8[-_]?[ru]?|euc_(cn|jp|jis_2004|kr|tw))$", RegexOptions.IgnoreCase)]
    private static partial Regex PlainEncodings();
}
