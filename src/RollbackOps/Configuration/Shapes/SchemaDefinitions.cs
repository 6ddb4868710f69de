using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RollbackOps.Configuration.Shapes;

/// <summary>The definitions of a JSON schema, each made when it is first referred to.</summary>
internal sealed class SchemaDefinitions
{
    private const string Section = "definitions";

    private bool _isPartial;

    /// <summary>How JSON is written for people.</summary>
    public static JsonSerializerOptions Readable { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public JsonObject All { get; } = [];

    /// <summary>A pattern for any mixture of upper and lower case; schema patterns have no such option.</summary>
    public static string AnyCase(string pattern)
    {
        var text = new StringBuilder();
        foreach (var letter in pattern)
        {
            text.Append(char.IsAsciiLetter(letter)
                ? $"[{char.ToUpperInvariant(letter)}{char.ToLowerInvariant(letter)}]"
                : letter.ToString());
        }

        return text.ToString();
    }

    /// <summary>Makes schemas of parts, which may leave required settings out, or of wholes again.</summary>
    public T As<T>(bool isPartial, Func<T> make)
    {
        var before = _isPartial;
        _isPartial = isPartial;
        try
        {
            return make();
        }
        finally
        {
            _isPartial = before;
        }
    }

    /// <summary>A reference to an object's definition.</summary>
    public JsonObject Reference(ObjectShape shape)
    {
        var isPartial = _isPartial && shape.HasRequired;
        return Reference(
            shape.DefinitionName + (isPartial ? "Part" : string.Empty), () => Define(shape, isPartial));
    }

    /// <summary>A reference to a definition that is made when it is first referred to.</summary>
    public JsonObject Reference(string name, Func<JsonObject> make)
    {
        if (!All.ContainsKey(name))
        {
            All[name] = new JsonObject();
            All[name] = make();
        }

        return new JsonObject { ["$ref"] = $"#/{Section}/{name}" };
    }

    /// <summary>The schema of an object, spelt out.</summary>
    public JsonObject Define(ObjectShape shape, bool isPartial)
    {
        var properties = new JsonObject();
        foreach (var setting in shape.Settings)
        {
            properties[setting.Name] = Describe(shape, setting);
        }

        var schema = new JsonObject
        {
            ["type"] = "object",
            ["description"] = shape.Description,
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
        var required = shape.Settings.Where(setting => setting.IsRequired && !isPartial).ToList();
        if (required.Count > 0)
        {
            schema["required"] = new JsonArray([.. required.Select(setting => (JsonNode)setting.Name)]);
        }

        if (shape.ExactlyOne.Count > 0 && !isPartial)
        {
            schema["oneOf"] = new JsonArray([.. shape.ExactlyOne.Select(property =>
                (JsonNode)new JsonObject { ["required"] = new JsonArray(Setting.NameOf(property)) })]);
        }

        return schema;
    }

    private JsonObject Describe(ObjectShape shape, Setting setting)
    {
        var schema = setting.Shape.ToSchema(this);
        var described = new JsonObject
        {
            ["description"] = setting.Explanation
                + (setting.DefaultInWords is null ? string.Empty : $" By default {setting.DefaultInWords}."),
        };
        foreach (var (name, value) in schema)
        {
            described[name] = value?.DeepClone();
        }

        if (shape.DefaultOf(setting) is { } preset)
        {
            described["default"] = preset;
        }

        return described;
    }
}
