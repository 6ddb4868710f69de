using System.Text.Json;
using System.Text.Json.Nodes;

namespace RollbackOps.Configuration.Shapes;

/// <summary>
/// What values a setting may have. One object tells it to the reader, to the published schema and to the list of
/// effective values, so that the three cannot drift apart.
/// </summary>
internal abstract class SettingShape
{
    /// <summary>What is expected, in words: <c>a duration such as 90s</c>.</summary>
    public abstract string Expected { get; }

    /// <summary>The value, or null when it is at fault; the fault is then noted.</summary>
    public abstract object? Read(LocatedNode node, string path, SettingReading reading);

    /// <summary>The same demands as a JSON schema.</summary>
    public abstract JsonObject ToSchema(SchemaDefinitions definitions);

    /// <summary>A value as it would be written in the file; null for none.</summary>
    public abstract JsonNode? ToJson(object? value);

    /// <summary>Lists the effective values at and below a path.</summary>
    /// <param name="value">The effective value.</param>
    /// <param name="node">Where it was set, or null for a default.</param>
    /// <param name="path">Its dotted path.</param>
    /// <param name="setting">The setting it belongs to.</param>
    /// <param name="list">The list to add to.</param>
    public virtual void List(
        object? value, LocatedNode? node, string path, Setting setting, ICollection<EffectiveSetting> list) =>
        list.Add(Effective(ToJson(value), node, path, setting));

    protected static EffectiveSetting Effective(JsonNode? json, LocatedNode? node, string path, Setting setting) => new()
    {
        Path = path,
        Value = json switch
        {
            null => null,
            JsonValue value when value.TryGetValue<string>(out var text) => Inert.Line(text),
            _ => Inert.Line(json.ToJsonString(SchemaDefinitions.Readable)),
        },
        Source = node?.Source ?? SettingSource.Default,
        Line = node?.Line,
        Description = setting.Explanation,
    };

    /// <summary>Whether the value is of the JSON kind expected; if not, the fault is noted.</summary>
    protected bool Is(JsonValueKind kind, LocatedNode node, string path, SettingReading reading)
    {
        if (node.Kind == kind)
        {
            return true;
        }

        Mistyped(node, path, reading);
        return false;
    }

    protected void Mistyped(LocatedNode node, string path, SettingReading reading)
    {
        // Of a value that has no JSON form the fault is noted already.
        if (node.Kind != JsonValueKind.Undefined)
        {
            reading.Faults.Add(path, node, $"expects {Expected}, not {node.KindName}"
                + (node.Kind == JsonValueKind.Null ? "; leave the property out instead" : string.Empty));
        }
    }

    /// <summary>Notes a value that is of the right kind but not acceptable, naming it.</summary>
    protected void Refuse(LocatedNode node, string path, SettingReading reading) =>
        reading.Faults.Add(path, node, $"expects {Expected}, not '{Shorten(node.Text)}'");

    protected static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
