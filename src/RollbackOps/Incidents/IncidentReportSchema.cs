using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RollbackOps.Incidents;

/// <summary>
/// The published JSON Schema (draft 7) of incident reports, made from the types that are written. What is null is left out
/// of a report, so everything that cannot be null is required.
/// </summary>
public static class IncidentReportSchema
{
    /// <summary>The file name under which the schema is published.</summary>
    public const string FileName = "incident-report.schema.json";

    /// <summary>The schema's identity.</summary>
    internal const string Id = "urn:rollbackops:incident-report.schema.json";

    private static readonly JsonSerializerOptions s_indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly NullabilityInfoContext s_nullability = new();

    /// <summary>The schema as JSON text, ending with a line feed.</summary>
    public static string ToJson()
    {
        var definitions = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["$id"] = Id,
            ["title"] = "Incident report",
        };
        foreach (var (name, value) in ObjectOf(typeof(IncidentReport), definitions))
        {
            schema[name] = value?.DeepClone();
        }

        schema["definitions"] = new JsonObject(definitions);
        return schema.ToJsonString(s_indented).ReplaceLineEndings("\n") + "\n";
    }

    private static JsonObject SchemaOf(Type type, SortedDictionary<string, JsonNode?> definitions)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Simple(type) is { } simple)
        {
            return simple;
        }

        if (type.IsEnum)
        {
            return Defined(type, definitions, () => new JsonObject
            {
                ["type"] = "string",
                ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(name => (JsonNode)name)]),
            });
        }

        var interfaces = type.GetInterfaces().Append(type).Where(one => one.IsGenericType).ToList();
        if (interfaces.Find(one => one.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)) is { } map)
        {
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = SchemaOf(map.GetGenericArguments()[1], definitions) };
        }

        return interfaces.Find(one => one.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) is { } list
            ? new JsonObject { ["type"] = "array", ["items"] = SchemaOf(list.GetGenericArguments()[0], definitions) }
            : Defined(type, definitions, () => ObjectOf(type, definitions));
    }

    private static JsonObject? Simple(Type type) => type switch
    {
        _ when type == typeof(string) => new JsonObject { ["type"] = "string" },
        _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
        _ when type == typeof(int) || type == typeof(long) => new JsonObject { ["type"] = "integer" },
        _ when type == typeof(double) => new JsonObject { ["type"] = "number" },
        _ when type == typeof(DateTimeOffset) => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        _ when type == typeof(TimeSpan) => new JsonObject { ["type"] = "string", ["pattern"] = @"^-?(\d+\.)?\d{2}:\d{2}:\d{2}(\.\d{1,7})?$" },
        // Their list grows with every version; a reader that knows fewer still reads the report.
        _ when type == typeof(ErrorId) => new JsonObject { ["type"] = "string", ["pattern"] = "^[A-Z][A-Za-z]*$" },
        _ when type == typeof(Uri) => new JsonObject { ["type"] = "string" },
        _ => null,
    };

    private static JsonObject Defined(Type type, SortedDictionary<string, JsonNode?> definitions, Func<JsonObject> make)
    {
        if (definitions.TryAdd(type.Name, null))
        {
            definitions[type.Name] = make();
        }

        return new JsonObject { ["$ref"] = $"#/definitions/{type.Name}" };
    }

    private static JsonObject ObjectOf(Type type, SortedDictionary<string, JsonNode?> definitions)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null or { Condition: not JsonIgnoreCondition.Always } && property.GetIndexParameters().Length == 0))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            properties[name] = SchemaOf(property.PropertyType, definitions);
            var isLeftOut = property.GetCustomAttribute<JsonIgnoreAttribute>() is not null;
            var isNullable = isLeftOut || Nullable.GetUnderlyingType(property.PropertyType) is not null
                || s_nullability.Create(property).ReadState == NullabilityState.Nullable;
            if (!isNullable)
            {
                required.Add(name);
            }
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = required,
            ["additionalProperties"] = false,
        };
    }
}
