using System.Text.Json;
using System.Text.Json.Nodes;

namespace RollbackOps.Configuration.Shapes;

/// <summary>A body: a text as it is, or an object or list that is sent as compact JSON.</summary>
internal sealed class BodyShape : SettingShape
{
    public override string Expected => "a text, an object or a list";

    public override object? Read(LocatedNode node, string path, SettingReading reading)
    {
        switch (node.Kind)
        {
            case JsonValueKind.String:
                return node.Text;
            case JsonValueKind.Object or JsonValueKind.Array:
                return node.ToJson();
            default:
                Mistyped(node, path, reading);
                return null;
        }
    }

    public override JsonObject ToSchema(SchemaDefinitions definitions) =>
        new() { ["type"] = new JsonArray("string", "object", "array") };

    public override JsonNode? ToJson(object? value) => value is null ? null : JsonValue.Create((string)value);
}
