using System.Text.Json;
using System.Text.Json.Nodes;

namespace RollbackOps.Configuration.Shapes;

/// <summary>A duration within bounds.</summary>
internal sealed class DurationShape(TimeSpan least, TimeSpan most) : TextShape(
    "a duration such as 90s, 5m or 1h30m", Duration.Pattern, longest: 60)
{
    public override object? Read(LocatedNode node, string path, SettingReading reading)
    {
        if (node.Kind == JsonValueKind.Number)
        {
            reading.Faults.Add(path, node, $"expects {Expected}; a bare number has no unit");
            return null;
        }

        return base.Read(node, path, reading);
    }

    public override bool Accepts(string text) => Duration.IsWritten(text);

    public override JsonObject ToSchema(SchemaDefinitions definitions) =>
        definitions.Reference("duration", () => base.ToSchema(definitions));

    public override JsonNode? ToJson(object? value) =>
        value is TimeSpan duration ? JsonValue.Create(Duration.Format(duration)) : null;

    protected override object? Convert(LocatedNode node, string path, SettingReading reading)
    {
        if (Duration.TryParse(node.Text, out var duration) && duration >= least && duration <= most)
        {
            return duration;
        }

        reading.Faults.Add(path, node,
            $"expects {Duration.Format(least)} to {Duration.Format(most)}, not '{Shorten(node.Text)}'");
        return null;
    }
}
