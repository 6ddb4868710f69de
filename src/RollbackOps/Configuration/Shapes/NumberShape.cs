using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RollbackOps.Configuration.Shapes;

/// <summary>A number within bounds, the bounds included.</summary>
internal sealed class NumberShape(double least, double most, bool isWhole, string unit = "") : SettingShape
{
    public static NumberShape Percent { get; } = new(0, 100, isWhole: false, " (percent)");

    public static NumberShape Whole(int least, int most) => new(least, most, isWhole: true);

    public override string Expected => string.Create(
        CultureInfo.InvariantCulture, $"a {(isWhole ? "whole number" : "number")} from {least} to {most}{unit}");

    public override object? Read(LocatedNode node, string path, SettingReading reading)
    {
        if (!Is(JsonValueKind.Number, node, path, reading))
        {
            return null;
        }

        if (!double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || !(number >= least && number <= most) || (isWhole && number != Math.Truncate(number)))
        {
            Refuse(node, path, reading);
            return null;
        }

        return isWhole ? (object)(int)number : number;
    }

    public override JsonObject ToSchema(SchemaDefinitions definitions) => new()
    {
        ["type"] = isWhole ? "integer" : "number",
        ["minimum"] = least,
        ["maximum"] = most,
    };

    public override JsonNode? ToJson(object? value) => value switch
    {
        int whole => JsonValue.Create(whole),
        double number => JsonValue.Create(number),
        _ => null,
    };
}
