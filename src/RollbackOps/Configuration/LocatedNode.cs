using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RollbackOps.Configuration;

/// <summary>A JSON value that knows where it stands and who set it.</summary>
internal sealed class LocatedNode
{
    /// <summary>What it is; <see cref="JsonValueKind.Undefined"/> where a parameter's value has no JSON form.</summary>
    public required JsonValueKind Kind { get; init; }

    /// <summary>A string's content or a number's literal.</summary>
    public string Text { get; init; } = string.Empty;

    public IReadOnlyList<LocatedProperty> Properties { get; init; } = [];

    public IReadOnlyList<LocatedNode> Items { get; init; } = [];

    public SettingSource Source { get; init; } = SettingSource.File;

    /// <summary>Line and column (from 1) in the file, or null for a parameter.</summary>
    public int? Line { get; init; }

    public int? Column { get; init; }

    public static LocatedNode EmptyObject { get; } =
        new() { Kind = JsonValueKind.Object, Source = SettingSource.Default };

    /// <summary>The kind in words, for messages.</summary>
    public string KindName => Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };

    public LocatedProperty? Find(string name)
    {
        foreach (var property in Properties)
        {
            if (string.Equals(property.Name, name, StringComparison.Ordinal))
            {
                return property;
            }
        }

        return null;
    }

    /// <summary>The same value, said to come from elsewhere.</summary>
    public LocatedNode From(SettingSource source) => new()
    {
        Kind = Kind,
        Text = Text,
        Properties = [.. Properties.Select(property => property with { Value = property.Value.From(source) })],
        Items = [.. Items.Select(item => item.From(source))],
        Source = source,
        Line = Line,
        Column = Column,
    };

    /// <summary>This value under another one: objects merge by name, anything else is replaced.</summary>
    public LocatedNode Under(LocatedNode overlay)
    {
        if (Kind != JsonValueKind.Object || overlay.Kind != JsonValueKind.Object)
        {
            return overlay;
        }

        var properties = Properties
            .Select(mine => overlay.Find(mine.Name) is { } theirs
                ? theirs with { Value = mine.Value.Under(theirs.Value) }
                : mine)
            .Concat(overlay.Properties.Where(theirs => Find(theirs.Name) is null));
        return With([.. properties]);
    }

    /// <summary>This object with other properties.</summary>
    public LocatedNode With(IReadOnlyList<LocatedProperty> properties) => new()
    {
        Kind = JsonValueKind.Object,
        Properties = properties,
        Source = Source,
        Line = Line,
        Column = Column,
    };

    /// <summary>This array with one item replaced.</summary>
    public LocatedNode With(int index, LocatedNode item) => new()
    {
        Kind = JsonValueKind.Array,
        Items = [.. Items.Select((old, i) => i == index ? item : old)],
        Source = Source,
        Line = Line,
        Column = Column,
    };

    /// <summary>The value as compact JSON.</summary>
    public string ToJson()
    {
        using var bytes = new MemoryStream();
        // Bodies go to the service as they are meant, not with every foreign letter escaped.
        using (var writer = new Utf8JsonWriter(
            bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(writer);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private void Write(Utf8JsonWriter writer)
    {
        switch (Kind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in Properties)
                {
                    writer.WritePropertyName(property.Name);
                    property.Value.Write(writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in Items)
                {
                    item.Write(writer);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Text);
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(Text);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.WriteBooleanValue(Kind == JsonValueKind.True);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    /// <summary>Where it stands, for messages.</summary>
    public static string Place(int? line, int? column) => line is null
        ? "parameter"
        : string.Create(CultureInfo.InvariantCulture, $"line {line}, column {column}");
}
