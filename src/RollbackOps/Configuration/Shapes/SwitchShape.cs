using System.Text.Json;
using System.Text.Json.Nodes;

namespace RollbackOps.Configuration.Shapes;

/// <summary>True or false.</summary>
internal sealed class SwitchShape : SettingShape
{
    public override string Expected => "true or false";

    public override object? Read(LocatedNode node, string path, SettingReading reading)
    {
        if (node.Kind is JsonValueKind.True or JsonValueKind.False)
        {
            return node.Kind == JsonValueKind.True;
        }

        Mistyped(node, path, reading);
        return null;
    }

    public override JsonObject ToSchema(SchemaDefinitions definitions) => new() { ["type"] = "boolean" };

    public override JsonNode? ToJson(object? value) => value is bool isOn ? JsonValue.Create(isOn) : null;
}
