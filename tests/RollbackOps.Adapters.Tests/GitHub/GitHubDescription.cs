using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NJsonSchema;

namespace RollbackOps.Adapters.Tests.GitHub;

/// <summary>GitHub's official description of its API: judges requests and answers, and gives the answers' shapes.</summary>
internal static class GitHubDescription
{
    private static readonly JsonObject s_document = JsonNode.Parse(File.ReadAllText(
        Path.Combine(AppContext.BaseDirectory, "GitHub", "github-openapi-slice.json")))!.AsObject();

    private static readonly Dictionary<string, JsonSchema> s_schemas = [];

    /// <summary>A copy of one of the description's own examples.</summary>
    public static JsonObject Example(string name) =>
        s_document["components"]!["examples"]![name]!["value"]!.DeepClone().AsObject();

    /// <summary>What is wrong with a request; null when nothing is.</summary>
    public static string? FaultOf(string method, string path, string query, string body)
    {
        if (Find(method, path) is not { } operation)
        {
            return $"{method} {path} is not described";
        }

        var known = (operation["parameters"]?.AsArray() ?? []).Select(Resolve)
            .Where(parameter => (string?)parameter["in"] == "query")
            .ToDictionary(parameter => (string)parameter["name"]!);
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (pair.Split('=')[0], Uri.UnescapeDataString(pair.Split('=')[1]));
            if (!known.TryGetValue(name, out var parameter))
            {
                return $"{method} {path} takes no '{name}'";
            }

            if (parameter["schema"]!["enum"] is JsonArray choices && !choices.Any(choice => (string)choice! == value))
            {
                return $"{name}={value} is none of {choices.ToJsonString()}";
            }
        }

        return operation["requestBody"] is { } expected
            ? FaultOf($"{method} {path} request", Resolve(expected)["content"]!["application/json"]!["schema"]!, body)
            : null;
    }

    /// <summary>What is wrong with an answer; null when nothing is.</summary>
    public static string? FaultOf(string method, string path, int status, string? body)
    {
        if (Find(method, path)?["responses"]?[status.ToString(System.Globalization.CultureInfo.InvariantCulture)] is not { } answer)
        {
            return $"{method} {path} does not answer {status}";
        }

        return Resolve(answer)["content"]?["application/json"]?["schema"] is { } schema
            ? FaultOf($"{method} {path} {status}", schema, body ?? string.Empty)
            : null;
    }

    private static string? FaultOf(string what, JsonNode schema, string body)
    {
        try
        {
            var faults = SchemaOf(schema).Validate(body);
            return faults.Count == 0 ? null : $"{what}: {string.Join("; ", faults.Take(5))}";
        }
        catch (Newtonsoft.Json.JsonException broken)
        {
            return $"{what}: {broken.Message}";
        }
    }

    private static JsonObject? Find(string method, string path)
    {
        foreach (var (template, operations) in s_document["paths"]!.AsObject())
        {
            var pattern = "^" + Regex.Replace(Regex.Escape(template), @"\\\{[^}]+}", "[^/]+") + "$";
            if (Regex.IsMatch(path, pattern) && operations!.AsObject().TryGetPropertyValue(method.ToLowerInvariant(), out var found))
            {
                return found!.AsObject();
            }
        }

        return null;
    }

    private static JsonNode Resolve(JsonNode? node)
    {
        while (node?["$ref"] is { } reference)
        {
            node = ((string)reference!).TrimStart('#', '/').Split('/').Aggregate((JsonNode)s_document, (at, name) => at[name]!);
        }

        return node!;
    }

    private static JsonSchema SchemaOf(JsonNode schema)
    {
        var text = schema.ToJsonString();
        lock (s_schemas)
        {
            if (!s_schemas.TryGetValue(text, out var made))
            {
                var definitions = new JsonObject();
                var root = new JsonObject { ["allOf"] = new JsonArray(Convert(schema.DeepClone(), definitions)), ["definitions"] = definitions };
                made = s_schemas[text] = JsonSchema.FromJsonAsync(root.ToJsonString()).GetAwaiter().GetResult();
            }

            return made;
        }
    }

    /// <summary>From OpenAPI's dialect to JSON Schema's: where definitions lie, and how null is allowed.</summary>
    private static JsonNode Convert(JsonNode node, JsonObject definitions)
    {
        if (node is JsonArray list)
        {
            return new JsonArray([.. list.Select(item => item is null ? null : Convert(item.DeepClone(), definitions))]);
        }

        if (node is not JsonObject source)
        {
            return node;
        }

        if (source["$ref"] is { } reference)
        {
            var name = ((string)reference!).Split('/')[^1];
            if (!definitions.ContainsKey(name))
            {
                definitions[name] = new JsonObject();
                definitions[name] = Convert(s_document["components"]!["schemas"]![name]!.DeepClone(), definitions);
            }

            return new JsonObject { ["$ref"] = $"#/definitions/{name}" };
        }

        var made = new JsonObject();
        foreach (var (name, value) in source)
        {
            // A property may be called "description" or "example", too; then it is an object.
            if (name is not ("nullable" or "discriminator") && (name is not ("description" or "example" or "title" or "externalDocs") || value is JsonObject { Count: > 0 } child && child.ContainsKey("type")))
            {
                made[name] = value is null ? null : Convert(value.DeepClone(), definitions);
            }
        }

        return source["nullable"]?.GetValueKind() == System.Text.Json.JsonValueKind.True
            ? new JsonObject { ["anyOf"] = new JsonArray(made, new JsonObject { ["type"] = "null" }) }
            : made;
    }
}
