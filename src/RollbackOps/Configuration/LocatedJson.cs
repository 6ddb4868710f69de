using System.Text;
using System.Text.Json;

namespace RollbackOps.Configuration;

/// <summary>
/// Reads JSON text into nodes that know their line. Comments and a trailing comma are welcome; a property given
/// twice is an error, and so is a literal secret anywhere, comments included.
/// </summary>
internal sealed class LocatedJson
{
    private readonly byte[] _utf8;
    private readonly ConfigurationFaults _faults;
    private readonly List<int> _lineStarts = [0];

    private LocatedJson(byte[] utf8, ConfigurationFaults faults)
    {
        _utf8 = utf8;
        _faults = faults;
        for (var i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] == (byte)'\n')
            {
                _lineStarts.Add(i + 1);
            }
        }
    }

    /// <summary>The root value, or null when the text is no JSON; the fault is then noted.</summary>
    public static LocatedNode? Read(ReadOnlySpan<byte> bytes, ConfigurationFaults faults, out Exception? cause)
    {
        cause = null;
        var utf8 = (bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes).ToArray();
        var json = new LocatedJson(utf8, faults);
        try
        {
            // The JSON reader checks what it decodes only; the whole text is checked here.
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetCharCount(utf8);
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions
            {
                AllowTrailingCommas = true,
                CommentHandling = JsonCommentHandling.Allow,
            });
            json.Next(ref reader);
            var root = json.Value(ref reader, string.Empty);
            while (reader.Read())
            {
                json.Comment(ref reader);
            }

            return root;
        }
        catch (JsonException exception)
        {
            cause = exception;
            // What follows these words repeats the position in counts from zero.
            var what = exception.Message.Split(" LineNumber:", 2)[0];
            var line = (int)(exception.LineNumber ?? 0);
            var start = json._lineStarts[Math.Min(line, json._lineStarts.Count - 1)];
            json.Fault(string.Empty, start + (int)(exception.BytePositionInLine ?? 0), $"not valid JSON: {what}");
            return null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or DecoderFallbackException)
        {
            cause = exception;
            faults.Add(string.Empty, line: null, column: null, "not valid UTF-8 text", isInFile: true);
            return null;
        }
    }

    private LocatedNode Value(ref Utf8JsonReader reader, string path)
    {
        var (line, column) = Place((int)reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return new LocatedNode
                {
                    Kind = JsonValueKind.Object,
                    Properties = Properties(ref reader, path),
                    Line = line,
                    Column = column,
                };
            case JsonTokenType.StartArray:
                var items = new List<LocatedNode>();
                for (Next(ref reader); reader.TokenType != JsonTokenType.EndArray; Next(ref reader))
                {
                    items.Add(Value(ref reader, SettingPath.Item(path, items.Count)));
                }

                return new LocatedNode { Kind = JsonValueKind.Array, Items = items, Line = line, Column = column };
            case JsonTokenType.String:
                var text = reader.GetString()!;
                ScanForSecret(text, path, line, column);
                return new LocatedNode { Kind = JsonValueKind.String, Text = text, Line = line, Column = column };
            default:
                return new LocatedNode
                {
                    Kind = reader.TokenType switch
                    {
                        JsonTokenType.Number => JsonValueKind.Number,
                        JsonTokenType.True => JsonValueKind.True,
                        JsonTokenType.False => JsonValueKind.False,
                        _ => JsonValueKind.Null,
                    },
                    Text = Encoding.UTF8.GetString(reader.ValueSpan),
                    Line = line,
                    Column = column,
                };
        }
    }

    private List<LocatedProperty> Properties(ref Utf8JsonReader reader, string path)
    {
        var properties = new List<LocatedProperty>();
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        for (Next(ref reader); reader.TokenType != JsonTokenType.EndObject; Next(ref reader))
        {
            var name = reader.GetString()!;
            var (line, column) = Place((int)reader.TokenStartIndex);
            var below = SettingPath.Property(path, name);
            ScanForSecret(name, below, line, column);
            Next(ref reader);
            var value = Value(ref reader, below);
            if (known.TryGetValue(name, out var first))
            {
                _faults.Add(below, line, column, $"given twice, first in line {first}");
                continue;
            }

            known.Add(name, line);
            properties.Add(new LocatedProperty(name, value, line, column));
        }

        return properties;
    }

    private void Next(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.Comment)
        {
            Comment(ref reader);
        }
    }

    private void Comment(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Comment)
        {
            var (line, column) = Place((int)reader.TokenStartIndex);
            ScanForSecret(reader.GetComment(), "(comment)", line, column);
        }
    }

    private void ScanForSecret(string text, string path, int line, int column)
    {
        if (LiteralSecret.Find(text) is { } what)
        {
            _faults.AddSecret(path, line, column, what);
        }
    }

    private void Fault(string path, int offset, string message)
    {
        var (line, column) = Place(offset);
        _faults.Add(path, line, column, message);
    }

    private (int Line, int Column) Place(int offset)
    {
        offset = Math.Min(offset, _utf8.Length);
        var index = _lineStarts.BinarySearch(offset);
        var line = index >= 0 ? index : ~index - 1;
        var start = _lineStarts[line];
        return (line + 1, Encoding.UTF8.GetCharCount(_utf8.AsSpan(start, offset - start)) + 1);
    }
}
