using System.Text.Json;
using System.Text.Json.Nodes;

namespace RollbackOps.Configuration.Shapes;

/// <summary>One whole number, or a list of them.</summary>
internal sealed class OneOrMoreShape(NumberShape item) : SettingShape
{
    private readonly ListShape<int> _list = new($"{item.Expected}, or a list of such", item, least: 1);

    public override string Expected => _list.Expected;

    public override object? Read(LocatedNode node, string path, SettingReading reading)
    {
        if (node.Kind != JsonValueKind.Number)
        {
            return _list.Read(node, path, reading);
        }

        return item.Read(node, path, reading) is int one ? Array.AsReadOnly([one]) : null;
    }

    public override JsonObject ToSchema(SchemaDefinitions definitions) => new()
    {
        ["oneOf"] = new JsonArray(item.ToSchema(definitions), _list.ToSchema(definitions)),
    };

    public override JsonNode? ToJson(object? value) =>
        value is IReadOnlyList<int> { Count: 1 } one ? item.ToJson(one[0]) : _list.ToJson(value);
}
