using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RollbackOps.Adapters.Prometheus;

/// <summary>The frame of every answer of the HTTP API.</summary>
internal sealed record WireAnswer
{
    public string? Status { get; init; }

    public string? ErrorType { get; init; }

    public string? Error { get; init; }

    public WireData? Data { get; init; }

    public IReadOnlyList<string>? Warnings { get; init; }

    public IReadOnlyList<string>? Infos { get; init; }
}

internal sealed record WireData
{
    public string? ResultType { get; init; }

    public IReadOnlyList<WireSeries>? Result { get; init; }
}

internal sealed record WireSeries
{
    public IReadOnlyDictionary<string, string>? Metric { get; init; }

    /// <summary>The samples of a range.</summary>
    public IReadOnlyList<WireSample>? Values { get; init; }

    /// <summary>The sample of an instant.</summary>
    public WireSample? Value { get; init; }
}

/// <summary>A sample: <c>[1700000000, "12.5"]</c>.</summary>
/// <param name="Time">Seconds since 1970.</param>
/// <param name="Value">The value; it may be no number, and that is no data.</param>
[JsonConverter(typeof(WireSampleConverter))]
internal readonly record struct WireSample(double Time, double Value);

internal sealed class WireSampleConverter : JsonConverter<WireSample>
{
    public override WireSample Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray || !reader.Read() || reader.TokenType != JsonTokenType.Number)
        {
            throw new JsonException("a sample is a time and a value");
        }

        var time = reader.GetDouble();
        if (!reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("a sample's value is a text");
        }

        // +Inf and -Inf are no counts and no percentages either.
        var value = double.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) ? number : double.NaN;
        return reader.Read() && reader.TokenType == JsonTokenType.EndArray
            ? new WireSample(time, value)
            : throw new JsonException("a sample has two parts");
    }

    public override void Write(Utf8JsonWriter writer, WireSample value, JsonSerializerOptions options) =>
        throw new NotSupportedException();
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(WireAnswer))]
internal sealed partial class PrometheusJson : JsonSerializerContext;
