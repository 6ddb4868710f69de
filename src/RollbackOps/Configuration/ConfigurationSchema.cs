using System.Text.Json;
using System.Text.Json.Nodes;
using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Configuration;

/// <summary>
/// The published JSON Schema (draft 7) of <c>rollback.json</c>, made from the table that the reader goes by. Editors
/// complete and check with it. What it cannot say, the reader alone refuses: a literal secret in any place, bounds of
/// durations, an address that is none, a name given twice, tiers out of order, a part that is incomplete when merged.
/// </summary>
public static class ConfigurationSchema
{
    /// <summary>The file name under which the schema is published.</summary>
    public const string FileName = "rollback.schema.json";

    /// <summary>The schema's identity.</summary>
    internal const string Id = "urn:rollbackops:rollback.schema.json";

    private static readonly JsonSerializerOptions s_indented =
        new(SchemaDefinitions.Readable) { WriteIndented = true };

    /// <summary>The schema as JSON text, ending with a line feed.</summary>
    public static string ToJson()
    {
        var definitions = new SchemaDefinitions();
        var root = definitions.Define(SettingTable.Root, isPartial: false);
        var properties = root["properties"]!.AsObject();
        properties[RollbackConfiguration.SchemaProperty] = new JsonObject
        {
            ["description"] = "The schema that editors check this file with.",
            ["type"] = "string",
        };
        properties[RollbackConfiguration.EnvironmentsProperty] = new JsonObject
        {
            ["description"] = SettingTable.Overlay.Description,
            ["type"] = "object",
            ["patternProperties"] = new JsonObject
            {
                [SettingTable.EnvironmentName.ToSchema(definitions)["pattern"]!.GetValue<string>()] =
                    definitions.As(isPartial: true, () => definitions.Define(SettingTable.Overlay, isPartial: true)),
            },
            ["additionalProperties"] = false,
        };

        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["$id"] = Id,
            ["title"] = RollbackConfiguration.FileName,
            // Words of editors, not of the standard: the reader takes both.
            ["allowComments"] = true,
            ["allowTrailingCommas"] = true,
        };
        foreach (var (name, value) in root)
        {
            schema[name] = value?.DeepClone();
        }

        schema["definitions"] = definitions.All.DeepClone();
        return schema.ToJsonString(s_indented).ReplaceLineEndings("\n") + "\n";
    }
}
