using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RollbackOps.Configuration.Shapes;

/// <summary>Names that the user chooses, each with a text.</summary>
internal sealed class MapShape(string name, string expected, TextShape key, SettingShape value) : SettingShape
{
    /// <summary>Whether names that differ only in upper and lower case are the same (headers).</summary>
    public bool IgnoresCase { get; init; }

    /// <summary>Whether values may be references, and must be under a name that says it holds a secret.</summary>
    public bool HoldsSecrets { get; init; }

    public override string Expected => expected;

    public override object? Read(LocatedNode node, string path, SettingReading reading)
    {
        if (!Is(JsonValueKind.Object, node, path, reading))
        {
            return null;
        }

        var map = new Dictionary<string, string>(IgnoresCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (var property in node.Properties)
        {
            var below = SettingPath.Property(path, property.Name);
            if (!key.Accepts(property.Name))
            {
                reading.Faults.Add(below, property.Line, property.Column, $"expects {key.Expected} as a name");
            }
            else if (HoldsSecrets && LiteralSecret.IsSensitiveName(property.Name)
                && property.Value.Kind == JsonValueKind.String && !SecretReference.TryParse(property.Value.Text, out _))
            {
                reading.Faults.AddSecret(below, property.Value.Line, property.Value.Column,
                    "holds a secret by its name, so a literal value is refused");
            }
            else if (value.Read(property.Value, below, reading) is string text && !map.TryAdd(property.Name, text))
            {
                reading.Faults.Add(below, property.Line, property.Column, "given twice; upper and lower case do not count");
            }
        }

        return new ReadOnlyDictionary<string, string>(map);
    }

    public override JsonObject ToSchema(SchemaDefinitions definitions) =>
        definitions.Reference(name, () => Define(definitions));

    public override JsonNode? ToJson(object? value)
    {
        var json = new JsonObject();
        foreach (var (one, text) in (IReadOnlyDictionary<string, string>)value!)
        {
            json[one] = text;
        }

        return json;
    }

    public override void List(
        object? value, LocatedNode? node, string path, Setting setting, ICollection<EffectiveSetting> list)
    {
        if (value is not IReadOnlyDictionary<string, string> { Count: > 0 } map)
        {
            base.List(value, node, path, setting, list);
            return;
        }

        foreach (var (one, text) in map)
        {
            list.Add(Effective(text, node?.Find(one)?.Value, SettingPath.Property(path, one), setting));
        }
    }

    private JsonObject Define(SchemaDefinitions definitions)
    {
        var named = key.ToSchema(definitions)["pattern"]!.GetValue<string>();
        var patterns = new JsonObject();
        if (HoldsSecrets)
        {
            // First, because some validators apply only the first pattern that fits.
            var sensitive = SchemaDefinitions.AnyCase(string.Join('|', LiteralSecret.SensitiveWords));
            patterns[$"(?={named}).*(?:{sensitive})"] = new JsonObject
            {
                ["type"] = "string",
                ["pattern"] = $"^(?:{SecretReference.Pattern})$",
            };
        }

        patterns[named] = value.ToSchema(definitions);
        return new JsonObject
        {
            ["type"] = "object",
            ["patternProperties"] = patterns,
            ["additionalProperties"] = false,
        };
    }
}
