using System.Text.Json;
using System.Text.Json.Nodes;

namespace RollbackOps.Configuration.Shapes;

/// <summary>One of a few words.</summary>
internal sealed class ChoiceShape : SettingShape
{
    private readonly IReadOnlyDictionary<string, object> _choices;

    private ChoiceShape(IReadOnlyDictionary<string, object> choices) => _choices = choices;

    /// <summary>The words themselves.</summary>
    public static ChoiceShape Of(params string[] words) => new(words.ToDictionary(word => word, word => (object)word));

    /// <summary>The values of an enumeration but some, written in camel case as names are.</summary>
    public static ChoiceShape Of<T>(params T[] but)
        where T : struct, Enum =>
        new(Enum.GetNames<T>()
            .Where(name => !but.Contains(Enum.Parse<T>(name)))
            .ToDictionary(Setting.NameOf, name => (object)Enum.Parse<T>(name)));

    public override string Expected =>
        _choices.Count == 1 ? $"'{_choices.Keys.First()}'" : "one of " + string.Join(", ", _choices.Keys);

    public override object? Read(LocatedNode node, string path, SettingReading reading)
    {
        if (!Is(JsonValueKind.String, node, path, reading))
        {
            return null;
        }

        if (_choices.TryGetValue(node.Text, out var value))
        {
            return value;
        }

        var nearest = NearestName.Find(node.Text, _choices.Keys);
        reading.Faults.Add(path, node, $"expects {Expected}, not '{Shorten(node.Text)}'"
            + (nearest is null || _choices.Count == 1 ? string.Empty : $"; did you mean '{nearest}'?"));
        return null;
    }

    public override JsonObject ToSchema(SchemaDefinitions definitions) => new()
    {
        ["type"] = "string",
        ["enum"] = new JsonArray([.. _choices.Keys.Select(word => (JsonNode)word)]),
    };

    public override JsonNode? ToJson(object? value) =>
        value is null ? null : JsonValue.Create(_choices.First(choice => choice.Value.Equals(value)).Key);
}
