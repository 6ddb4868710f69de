using System.Text.Json;
using System.Text.Json.Serialization;

namespace RollbackOps.Rollbacks;

/// <summary>
/// Writes an enumeration by name and reads it by name or number, as <see cref="JsonStringEnumConverter{T}"/> does. That
/// one has to be compiled anew for each enumeration, in every process: a third of what the first plan's JSON takes.
/// </summary>
internal sealed class EnumNameConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number))
        {
            return (T)Enum.ToObject(typeof(T), number);
        }

        return reader.TokenType == JsonTokenType.String && Enum.TryParse(typeof(T), reader.GetString(), ignoreCase: true, out var value)
            ? (T)value
            : throw new JsonException($"It is no {typeof(T).Name}.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
