using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace RollbackOps.Redaction;

/// <summary>
/// The texts of a document whose type is known: of it only what is a text in the type itself is masked, so that every number,
/// time, address and enumerated name can still be read, and what is only a name by which things are found again stays (S16).
/// </summary>
internal static class TypedTexts
{
    /// <summary>Whether anything in a document would be masked, whatever its type.</summary>
    public static bool HoldSecret(JsonElement element, Func<string, string> redact) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Any(property => HoldSecret(property.Value, redact)),
        JsonValueKind.Array => element.EnumerateArray().Any(item => HoldSecret(item, redact)),
        JsonValueKind.String => element.GetString() is { Length: > 0 } text && redact(text) != text,
        _ => false,
    };

    /// <summary>The document with its texts masked.</summary>
    public static JsonElement Mask(JsonElement element, JsonTypeInfo type, Func<string, string> redact)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = type.Options.Encoder }))
        {
            Write(writer, element, type, typeof(object), redact);
        }

        using var document = JsonDocument.Parse(buffer.ToArray());
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element, JsonTypeInfo type, Type owner, Func<string, string> redact)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String when type.Type == typeof(string):
                writer.WriteStringValue(TextMembers.Mask(owner, element.GetString()!, redact));
                break;
            case JsonValueKind.String when type.Type == typeof(Uri):
                // Without the brackets it is still an address.
                writer.WriteStringValue(redact(element.GetString()!).Replace(Redactor.Mask, "redacted", StringComparison.Ordinal));
                break;
            case JsonValueKind.Array when ItemOf(type) is { } item:
                writer.WriteStartArray();
                foreach (var one in element.EnumerateArray())
                {
                    Write(writer, one, item, owner, redact);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    if (MemberOf(type, property.Name) is { } member && !(IsText(member) && TextMembers.IsName(type.Type, property.Name)))
                    {
                        Write(writer, property.Value, member, type.Type, redact);
                    }
                    else
                    {
                        property.Value.WriteTo(writer);
                    }
                }

                writer.WriteEndObject();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private static bool IsText(JsonTypeInfo type) => type.Type == typeof(string) || (ArgumentOf(type.Type) ?? typeof(void)) == typeof(string);

    /// <summary>The type of an array's items, or null where a converter of its own writes it.</summary>
    private static JsonTypeInfo? ItemOf(JsonTypeInfo type) => type.Kind == JsonTypeInfoKind.Enumerable && ArgumentOf(type.Type) is { } item
        ? type.Options.GetTypeInfo(item)
        : null;

    /// <summary>The type of a member, or of every value of a dictionary.</summary>
    private static JsonTypeInfo? MemberOf(JsonTypeInfo type, string name) => type.Kind switch
    {
        JsonTypeInfoKind.Object when type.Properties.FirstOrDefault(property => property.Name == name) is { } property =>
            type.Options.GetTypeInfo(property.PropertyType),
        JsonTypeInfoKind.Dictionary when ArgumentOf(type.Type) is { } value => type.Options.GetTypeInfo(value),
        _ => null,
    };

    /// <summary>The last type argument of a collection: its items, or its values.</summary>
    private static Type? ArgumentOf(Type collection) =>
        collection.IsArray ? collection.GetElementType() : collection.IsGenericType ? collection.GetGenericArguments()[^1] : null;
}
