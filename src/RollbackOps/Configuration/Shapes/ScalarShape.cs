using System.Text.Json;
using System.Text.Json.Nodes;

namespace RollbackOps.Configuration.Shapes;

/// <summary>A value expected in an answer: a text, a number, true or false; kept as text.</summary>
internal sealed class ScalarShape : SettingShape
{
    public override string Expected => "a text, a number, true or false";

    public override object? Read(LocatedNode node, string path, SettingReading reading)
    {
        switch (node.Kind)
        {
            case JsonValueKind.String or JsonValueKind.Number:
                return node.Text;
            case JsonValueKind.True or JsonValueKind.False:
                return node.Kind == JsonValueKind.True ? "true" : "false";
            default:
                Mistyped(node, path, reading);
                return null;
        }
    }

    public override JsonObject ToSchema(SchemaDefinitions definitions) =>
        new() { ["type"] = new JsonArray("string", "number", "boolean") };

    public override JsonNode? ToJson(object? value) => value is null ? null : JsonValue.Create((string)value);
}
