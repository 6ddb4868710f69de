namespace RollbackOps.Adapters.Postgres;

/// <summary>
/// Judges a statement of a plain SQL dump by its first tokens (S31). What passes is what pg_dump writes about the inside
/// of one database; everything else is refused, known or not. Tokens are as <see cref="PsqlLexer.Text"/> has them.
/// </summary>
internal static class DumpJudge
{
    /// <summary>How many tokens tell what a statement is that may be of any length.</summary>
    public const int HeadTokens = 16;

    private static readonly HashSet<string> s_objects =
    [
        "access", "aggregate", "cast", "collation", "constraint", "conversion", "default", "domain", "event", "extension",
        "foreign", "function", "index", "language", "large", "materialized", "operator", "policy", "procedural", "procedure",
        "property", "publication", "recursive", "routine", "rule", "schema", "sequence", "server", "statistics", "table", "text",
        "transform", "trigger", "trusted", "type", "unique", "unlogged", "view",
    ];

    /// <summary>Functions of pg_catalog that pg_dump calls.</summary>
    private static readonly HashSet<string> s_functions =
    [
        "set_config", "setval", "lo_create", "lo_open", "lowrite", "lo_close", "lo_unlink", "lo_from_bytea",
        "pg_restore_relation_stats", "pg_restore_attribute_stats", "pg_restore_extended_stats",
    ];

    private static readonly HashSet<string> s_wordsOfSelect =
    [
        "select", "pg_catalog", "case", "when", "then", "end", "exists", "from", "where", "oid", "true", "false", "null",
        "pg_largeobject_metadata",
    ];

    /// <summary>Judges what has been read of a statement.</summary>
    /// <param name="tokens">Its tokens so far.</param>
    /// <param name="isWhole">Whether they are all, without the semicolon.</param>
    public static DumpVerdict Judge(ReadOnlySpan<string> tokens, bool isWhole)
    {
        switch (tokens)
        {
            case []:
                return isWhole ? DumpVerdict.Passed : DumpVerdict.Undecided;
            case ["create" or "alter" or "drop", ..]:
                return Definition(tokens, isWhole);
            case ["insert", "into", ..]:
                return Insert(tokens[2..]) ?? Later(tokens, isWhole);
            case ["update", "pg_catalog", ".", "pg_database", ..]:
                return DumpVerdict.OfDatabase("UPDATE pg_database", database: null);
            case ["refresh", "materialized", "view", ..]:
                return DumpVerdict.Passed;
            case ["comment" or "security" or "grant" or "revoke", ..]:
                return AboutObject(tokens) ?? Later(tokens, isWhole);
        }

        return !isWhole ? DumpVerdict.Undecided
            : tokens switch
            {
                ["select", ..] => Select(tokens),
                ["copy", ..] => Copy(tokens[1..]),
                ["set", ..] => SettingJudge.Judge(tokens),
                ["begin"] or ["commit"] or ["start", "transaction"] => DumpVerdict.Passed,
                _ => Unknown(tokens),
            };
    }

    /// <summary>Whether a token after the head of an INSERT makes it more than values.</summary>
    public static bool IsMoreThanValues(string before, string token, bool isAfterValues) =>
        token is "select" or "table" or "with" || (isAfterValues && token == "(" && IsName(before) && before is not "values");

    private static DumpVerdict Later(ReadOnlySpan<string> tokens, bool isWhole) => isWhole ? Unknown(tokens) : DumpVerdict.Undecided;

    private static DumpVerdict Definition(ReadOnlySpan<string> tokens, bool isWhole)
    {
        var kind = tokens is ["create", "or", "replace", ..] ? 3 : 1;
        if (tokens.Length <= kind || tokens is ["create", "or"])
        {
            return Later(tokens, isWhole);
        }

        return tokens[kind] switch
        {
            "schema" when tokens[0] == "create" => isWhole ? Schema(tokens) : DumpVerdict.Undecided,
            "user" when tokens.Length == kind + 1 => Later(tokens, isWhole),
            "user" when tokens[kind + 1] == "mapping" => DumpVerdict.Passed,
            "database" => OfDatabase(tokens, tokens is ["drop", _, "if", ..] ? 4 : 2, isWhole),
            "role" when tokens is ["alter", _, _, "in", "database", ..] => OfDatabase(tokens, 5, isWhole),
            "role" when tokens[0] == "alter" && tokens.Length < 5 => Later(tokens, isWhole),
            var type => s_objects.Contains(type) ? DumpVerdict.Passed : Unknown(tokens),
        };
    }

    /// <summary>A schema may bring its own elements along, grants on anything among them; pg_dump writes none.</summary>
    private static DumpVerdict Schema(ReadOnlySpan<string> tokens) =>
        tokens.Contains("grant") || tokens[1..].Contains("create") ? DumpVerdict.Refused("it is a CREATE SCHEMA with elements") : DumpVerdict.Passed;

    private static DumpVerdict OfDatabase(ReadOnlySpan<string> tokens, int name, bool isWhole) =>
        tokens.Length > name ? DumpVerdict.OfDatabase(Start(tokens), tokens[name].TrimStart('"')) : Later(tokens, isWhole);

    /// <summary>COMMENT, SECURITY LABEL, GRANT and REVOKE name their object after ON; without one, it is a role.</summary>
    private static DumpVerdict? AboutObject(ReadOnlySpan<string> tokens)
    {
        var depth = 0;
        for (var index = 1; index < tokens.Length - 1; index++)
        {
            depth += tokens[index] switch { "(" => 1, ")" => -1, _ => 0 };
            if (depth == 0 && tokens[index] is "to" or "from")
            {
                return Unknown(tokens);
            }

            if (depth != 0 || tokens[index] != "on")
            {
                continue;
            }

            return tokens[index + 1] switch
            {
                "database" when tokens.Length > index + 2 =>
                    DumpVerdict.OfDatabase($"{tokens[0].ToUpperInvariant()} ON DATABASE", tokens[index + 2].TrimStart('"')),
                "database" => null,
                "role" or "tablespace" or "parameter" or "subscription" =>
                    DumpVerdict.Refused($"{tokens[0].ToUpperInvariant()} ON {tokens[index + 1].ToUpperInvariant()} reaches beyond one database"),
                _ => DumpVerdict.Passed,
            };
        }

        return null;
    }

    private static DumpVerdict? Insert(ReadOnlySpan<string> tokens)
    {
        var length = NameLength(tokens);
        return length >= tokens.Length || tokens[length] == "." ? null
            : length == 0 ? Unknown(["insert", "into"])
            : IsOfSystem(tokens[..length]) ? DumpVerdict.Refused("it writes into the system's catalogue")
            : tokens[length] is "(" or "values" or "overriding" or "default" ? DumpVerdict.Passed
            : DumpVerdict.Refused("it is an INSERT of something else than values");
    }

    private static DumpVerdict Copy(ReadOnlySpan<string> tokens)
    {
        var length = NameLength(tokens);
        if (length > 0 && length < tokens.Length && tokens[length] == "(")
        {
            var columns = tokens[length..].IndexOf(")");
            length = columns < 0 ? tokens.Length : length + columns + 1;
        }

        return length == 0 || tokens[length..] is not ["from", "stdin"]
            ? DumpVerdict.Refused("it is a COPY other than of the lines that follow it")
            : IsOfSystem(tokens[..NameLength(tokens)]) ? DumpVerdict.Refused("it writes into the system's catalogue")
            : DumpVerdict.Passed;
    }

    /// <summary>How many tokens a table's name is of; 0 where there is none.</summary>
    private static int NameLength(ReadOnlySpan<string> tokens)
    {
        var length = tokens.Length > 0 && IsName(tokens[0]) ? 1 : 0;
        while (length > 0 && tokens.Length > length + 1 && tokens[length] == "." && IsName(tokens[length + 1]))
        {
            length += 2;
        }

        return length;
    }

    private static bool IsOfSystem(ReadOnlySpan<string> name) =>
        name[^1].TrimStart('"').StartsWith("pg_", StringComparison.Ordinal) || name[0].TrimStart('"') is "pg_catalog" or "pg_toast";

    /// <summary>pg_dump calls a handful of functions, with nothing but constants.</summary>
    private static DumpVerdict Select(ReadOnlySpan<string> tokens)
    {
        for (var index = 0; index < tokens.Length; index++)
        {
            var isQualified = index >= 2 && tokens[index - 1] == "." && tokens[index - 2] == "pg_catalog";
            var isCall = index + 1 < tokens.Length && tokens[index + 1] == "(";
            var isFine = !IsName(tokens[index])
                || (isCall && isQualified && s_functions.Contains(tokens[index]))
                || (s_wordsOfSelect.Contains(tokens[index]) && (!isCall || tokens[index] == "exists"))
                || (index > 0 && tokens[index - 1] == "::" && !isCall);
            if (!isFine)
            {
                return DumpVerdict.Refused($"it is a SELECT with {tokens[index].TrimStart('"')}");
            }

            if (tokens[index] == "set_config" && tokens[(index + 1)..] is not ["(", "'search_path", ..])
            {
                return DumpVerdict.Refused("it is a set_config of something else than search_path");
            }
        }

        return DumpVerdict.Passed;
    }

    private static bool IsName(string token) => token.Length > 0 && (char.IsLetter(token[0]) || token[0] is '_' or '"' or > '\u007f');

    private static DumpVerdict Unknown(ReadOnlySpan<string> tokens) => DumpVerdict.Refused($"{Start(tokens)} is nothing that pg_dump writes about the inside of one database");

    /// <summary>The first two words, as people know the statement.</summary>
    private static string Start(ReadOnlySpan<string> tokens) =>
        string.Join(' ', tokens[..Math.Min(2, tokens.Length)].ToArray()).ToUpperInvariant();
}
