using System.Globalization;
using System.Text;

namespace RollbackOps.Adapters.Postgres;

/// <summary>Texts as a script writes them: on one line, so that no program that reads lines takes one for a command.</summary>
internal static class PostgresLiteral
{
    /// <summary>A text, or NULL.</summary>
    public static string Of(string? text)
    {
        if (text is null)
        {
            return "NULL";
        }

        if (!text.Any(one => one is '\\' || char.IsControl(one)))
        {
            return $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
        }

        var literal = new StringBuilder("E'", text.Length + 16);
        foreach (var one in text)
        {
            _ = one switch
            {
                '\\' => literal.Append("\\\\"),
                '\'' => literal.Append("''"),
                '\n' => literal.Append("\\n"),
                '\r' => literal.Append("\\r"),
                '\t' => literal.Append("\\t"),
                _ when char.IsControl(one) => literal.Append(CultureInfo.InvariantCulture, $"\\u{(int)one:X4}"),
                _ => literal.Append(one),
            };
        }

        return literal.Append('\'').ToString();
    }
}
