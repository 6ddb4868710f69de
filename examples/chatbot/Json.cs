using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Chatbot;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Release))]
[JsonSerializable(typeof(Behaviour))]
[JsonSerializable(typeof(RunningService))]
internal sealed partial class Json : JsonSerializerContext
{
    public static T? Read<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), type) : null;
        }
        catch (JsonException malformed)
        {
            throw new InvalidOperationException($"'{path}' cannot be read: {malformed.Message}", malformed);
        }
    }

    /// <summary>Writes a file whole or not at all, whenever the process ends.</summary>
    public static void Write<T>(string path, T value, JsonTypeInfo<T> type)
    {
        var next = path + ".next";
        File.WriteAllText(next, JsonSerializer.Serialize(value, type) + "\n");
        File.Move(next, path, overwrite: true);
    }
}
