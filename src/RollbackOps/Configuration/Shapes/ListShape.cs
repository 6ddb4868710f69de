using System.Text.Json;
using System.Text.Json.Nodes;

namespace RollbackOps.Configuration.Shapes;

/// <summary>A list. The first item may have a shape of its own: the program of a command.</summary>
internal class ListShape<T>(string expected, SettingShape item, int least = 0, SettingShape? first = null)
    : SettingShape, IObjectListShape
{
    private const int Most = 1000;

    /// <summary>What must be unique among the items, by the record's property; null for nothing.</summary>
    public string? UniqueBy { get; init; }

    public override string Expected => expected;

    public bool IsOfObjects => item is ObjectShape;

    public SettingShape ShapeOf(int index) => index == 0 && first is not null ? first : item;

    public override object? Read(LocatedNode node, string path, SettingReading reading)
    {
        if (!Is(JsonValueKind.Array, node, path, reading))
        {
            return null;
        }

        if (node.Items.Count < least || node.Items.Count > Most)
        {
            reading.Faults.Add(path, node, $"expects {expected}, not {node.Items.Count} items");
            return null;
        }

        var complete = reading.Complete();
        var values = node.Items
            .Select((one, index) => ShapeOf(index).Read(one, SettingPath.Item(path, index), complete))
            .ToList();
        Check(node, path, reading);
        CheckUnique(node, path, reading);
        return values.Contains(null) ? null : Array.AsReadOnly(values.Cast<T>().ToArray());
    }

    public override JsonObject ToSchema(SchemaDefinitions definitions)
    {
        var schema = new JsonObject { ["type"] = "array", ["maxItems"] = Most };
        if (least > 0)
        {
            schema["minItems"] = least;
        }

        if (first is null)
        {
            // A list replaces the one it overlays as a whole, so its items have to be complete.
            schema["items"] = definitions.As(isPartial: false, () => item.ToSchema(definitions));
        }
        else
        {
            schema["items"] = new JsonArray(first.ToSchema(definitions));
            schema["additionalItems"] = item.ToSchema(definitions);
        }

        return schema;
    }

    public override JsonNode? ToJson(object? value) => value is IEnumerable<T> values
        ? new JsonArray([.. values.Select((one, index) => ShapeOf(index).ToJson(one))])
        : null;

    public override void List(
        object? value, LocatedNode? node, string path, Setting setting, ICollection<EffectiveSetting> list)
    {
        if (item is not ObjectShape || value is not IReadOnlyList<T> { Count: > 0 } values)
        {
            base.List(value, node, path, setting, list);
            return;
        }

        for (var i = 0; i < values.Count; i++)
        {
            item.List(values[i], node?.Items[i], SettingPath.Item(path, i), setting, list);
        }
    }

    /// <summary>What else must hold among the items.</summary>
    protected virtual void Check(LocatedNode node, string path, SettingReading reading)
    {
    }

    private void CheckUnique(LocatedNode node, string path, SettingReading reading)
    {
        if (UniqueBy is null)
        {
            return;
        }

        var name = Setting.NameOf(UniqueBy);
        var seen = new Dictionary<string, int?>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < node.Items.Count; i++)
        {
            if (node.Items[i].Find(name)?.Value is { Kind: JsonValueKind.String } value
                && !seen.TryAdd(value.Text, value.Line))
            {
                var earlier = seen[value.Text] is { } line ? $" (line {line})" : string.Empty;
                reading.Faults.Add(SettingPath.Property(SettingPath.Item(path, i), name), value,
                    $"'{Shorten(value.Text)}' is the {name} of an earlier one{earlier}; each needs its own");
            }
        }
    }
}
