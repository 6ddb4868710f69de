using System.Text.Json;
using System.Text.Json.Nodes;

namespace RollbackOps.Configuration.Shapes;

/// <summary>One of a few words.</summary>
internal sealed class ChoiceShape : SettingShape
{
    private readonly Lazy<IReadOnlyDictionary<string, object>> _choices;

    private ChoiceShape(Func<IReadOnlyDictionary<string, object>> choices) =>
        _choices = new Lazy<IReadOnlyDictionary<string, object>>(choices);

    /// <summary>The words themselves.</summary>
    public static ChoiceShape Of(params string[] words) => new(() => words.ToDictionary(word => word, word => (object)word));

    /// <summary>The values of an enumeration but some, written in camel case as names are.</summary>
    public static ChoiceShape Of<T>(params T[] but)
        where T : struct, Enum =>
        Of(typeof(T), but);

    // Generic methods over an enumeration are compiled anew for each, in every process, whatever the file says.
    private static ChoiceShape Of(Type type, Array but) => new(() => Enum.GetNames(type)
        .Where(name => Array.IndexOf(but, Enum.Parse(type, name)) < 0)
        .ToDictionary(Setting.NameOf, name => Enum.Parse(type, name)));

    public override string Expected =>
        Choices.Count == 1 ? $"'{Choices.Keys.First()}'" : "one of " + string.Join(", ", Choices.Keys);

    public override object? Read(LocatedNode node, string path, SettingReading reading)
    {
        if (!Is(JsonValueKind.String, node, path, reading))
        {
            return null;
        }

        if (Choices.TryGetValue(node.Text, out var value))
        {
            return value;
        }

        var nearest = NearestName.Find(node.Text, Choices.Keys);
        reading.Faults.Add(path, node, $"expects {Expected}, not '{Shorten(node.Text)}'"
            + (nearest is null || Choices.Count == 1 ? string.Empty : $"; did you mean '{nearest}'?"));
        return null;
    }

    private IReadOnlyDictionary<string, object> Choices => _choices.Value;

    public override JsonObject ToSchema(SchemaDefinitions definitions) => new()
    {
        ["type"] = "string",
        ["enum"] = new JsonArray([.. Choices.Keys.Select(word => (JsonNode)word)]),
    };

    public override JsonNode? ToJson(object? value) =>
        value is null ? null : JsonValue.Create(Choices.First(choice => choice.Value.Equals(value)).Key);
}
