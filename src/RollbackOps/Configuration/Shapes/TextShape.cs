using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace RollbackOps.Configuration.Shapes;

/// <summary>A text of a certain form. Patterns are those of ECMAScript, as the schema needs them.</summary>
internal class TextShape : SettingShape
{
    private const string Acting =
        @"\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff";

    private readonly string _expected;
    private readonly string? _pattern;
    private readonly Lazy<Regex?> _regex;
    private readonly int _longest;

    public TextShape(string expected, string? pattern, int longest)
    {
        _expected = expected;
        _pattern = pattern;
        _longest = longest;
        _regex = new Lazy<Regex?>(() => pattern is null ? null : new Regex(pattern, RegexOptions.CultureInvariant));
    }

    /// <summary>One line that shows what it is (S43), and no reference: it would be taken at its word here.</summary>
    public static TextShape Line(string expected, int longest = 200) =>
        new(expected, $"^{SecretReference.NoReference}(?=.*[^ ])[^{Acting}]*$", longest);

    public override string Expected => _expected;

    public override object? Read(LocatedNode node, string path, SettingReading reading)
    {
        if (!Is(JsonValueKind.String, node, path, reading))
        {
            return null;
        }

        if (!Accepts(node.Text))
        {
            if (SecretReference.TryParse(node.Text, out _))
            {
                reading.Faults.Add(path, node,
                    $"expects {Expected}; a reference is resolved in headers and variables only");
                return null;
            }

            Refuse(node, path, reading);
            return null;
        }

        return Convert(node, path, reading);
    }

    public virtual bool Accepts(string text)
    {
        // The schema counts characters, not UTF-16 units.
        if (text.Length > _longest && text.EnumerateRunes().Count() > _longest)
        {
            return false;
        }

        // In .NET "$" also matches before a final line feed; in the schema it does not.
        return _regex.Value is not { } regex || (regex.Match(text) is { Success: true } match
            && match.Index + match.Length == text.Length);
    }

    public override JsonObject ToSchema(SchemaDefinitions definitions)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (_longest < int.MaxValue)
        {
            schema["maxLength"] = _longest;
        }

        if (_pattern is not null)
        {
            schema["pattern"] = _pattern;
        }

        return schema;
    }

    public override JsonNode? ToJson(object? value) => value is null ? null : JsonValue.Create(value.ToString());

    protected virtual object? Convert(LocatedNode node, string path, SettingReading reading) => node.Text;
}
