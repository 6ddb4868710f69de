using System.Collections;
using System.Globalization;
using System.Text.Json;
using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Configuration;

/// <summary>Turns the objects that a parameter gives into nodes like the file's.</summary>
internal sealed class ParameterValue(ConfigurationFaults faults)
{
    private const int Deepest = 32;

    /// <summary>The node; <see cref="JsonValueKind.Undefined"/>, with its fault noted, where there is no JSON form.</summary>
    public LocatedNode ToNode(object? value, string path, int depth = 0)
    {
        switch (value)
        {
            case null:
                return Node(JsonValueKind.Null);
            case bool truth:
                return Node(truth ? JsonValueKind.True : JsonValueKind.False);
            case TimeSpan duration:
                return Node(JsonValueKind.String, Duration.Format(duration));
            case Enum word:
                // Enumerations are written as the file writes them.
                return Node(JsonValueKind.String, Setting.NameOf(word.ToString()));
            case string or Uri or char:
                return Text(value.ToString()!, path);
            case double.NaN or double.PositiveInfinity or double.NegativeInfinity
                or float.NaN or float.PositiveInfinity or float.NegativeInfinity:
                return None(path, "is no finite number");
            case byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal:
                return Node(JsonValueKind.Number, Convert.ToString(value, CultureInfo.InvariantCulture)!);
            case IDictionary or IEnumerable when depth >= Deepest:
                return None(path, "is nested too deeply");
            case IDictionary map:
                return new LocatedNode
                {
                    Kind = JsonValueKind.Object,
                    Properties = [.. map.Keys.Cast<object>().Select(key => Property(key.ToString()!, map[key], path, depth))],
                    Source = SettingSource.Parameter,
                };
            case IEnumerable list:
                return new LocatedNode
                {
                    Kind = JsonValueKind.Array,
                    Items = [.. list.Cast<object?>().Select((one, i) => ToNode(one, SettingPath.Item(path, i), depth + 1))],
                    Source = SettingSource.Parameter,
                };
            default:
                return None(path, $"has no JSON form for a {value.GetType().Name}");
        }
    }

    private LocatedProperty Property(string name, object? value, string path, int depth) =>
        new(name, ToNode(value, SettingPath.Property(path, name), depth + 1), Line: null, Column: null);

    private LocatedNode Text(string text, string path)
    {
        if (LiteralSecret.Find(text) is { } what)
        {
            faults.AddSecret(path, line: null, column: null, what);
        }

        return Node(JsonValueKind.String, text);
    }

    private LocatedNode None(string path, string message)
    {
        faults.Add(path, line: null, column: null, message);
        return Node(JsonValueKind.Undefined);
    }

    private static LocatedNode Node(JsonValueKind kind, string text = "") =>
        new() { Kind = kind, Text = text, Source = SettingSource.Parameter };
}
