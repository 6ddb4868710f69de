using System.Globalization;
using System.Text.RegularExpressions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace RollbackOps.Adapters.Probes;

/// <summary>An answer as JSON, read by path.</summary>
internal sealed class JsonAnswer
{
    private const int Deepest = 64;
    private static readonly JsonSelectSettings s_select = new() { RegexMatchTimeout = TimeSpan.FromMilliseconds(100) };

    private readonly JToken _root;

    private JsonAnswer(JToken root) => _root = root;

    /// <summary>Reads a text; null when it is not JSON, all of it.</summary>
    public static JsonAnswer? Parse(string text)
    {
        try
        {
            using var reader = new JsonTextReader(new StringReader(text))
            {
                DateParseHandling = DateParseHandling.None,
                MaxDepth = Deepest,
            };
            var root = JToken.ReadFrom(reader);
            while (reader.Read())
            {
                if (reader.TokenType != JsonToken.Comment)
                {
                    return null;
                }
            }

            return new JsonAnswer(root);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The values at a path, as text; nulls are left out.</summary>
    /// <exception cref="FormatException">The path is none.</exception>
    public IReadOnlyList<string> ValuesAt(string path)
    {
        try
        {
            return [.. _root.SelectTokens(path, s_select).Where(found => found.Type != JTokenType.Null).Select(TextOf)];
        }
        catch (Exception malformed) when (malformed is JsonException or ArgumentException or FormatException
            or OverflowException or RegexMatchTimeoutException)
        {
            throw new FormatException($"the JSON path '{path}' cannot be used: {malformed.Message}", malformed);
        }
    }

    /// <summary>The one value at a path; null when there is none, or several that differ.</summary>
    /// <exception cref="FormatException">The path is none.</exception>
    public string? ValueAt(string path) =>
        ValuesAt(path).Distinct(StringComparer.Ordinal).Take(2).ToList() is [var only] ? only : null;

    private static string TextOf(JToken token) => token switch
    {
        JValue { Value: string text } => text,
        // As JSON writes it: true, not True.
        JValue { Value: bool truth } => truth ? "true" : "false",
        JValue value => Convert.ToString(value.Value, CultureInfo.InvariantCulture) ?? string.Empty,
        _ => token.ToString(Formatting.None),
    };
}
