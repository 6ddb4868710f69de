using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using RollbackOps.Adapters.Logs;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Tests.Logs;

/// <summary>The parser against the base class library's, on lines that were tampered with.</summary>
public sealed unsafe class MutationTests
{
    private static readonly string[] s_lines =
    [
        """{"time":"2026-11-23T11:30:00Z","status":500,"duration":12.5,"path":"/api","client":"10.0.0.1"}""",
        """{"msg":"said \"status\":200 \u00e9 \\","status":-1,"x":[1,-2.5e+3,{"status":[true,false,null]}],"time":1795433400}""",
        """{ "status" : 404 , "status" : 500, "é": "\ud83d\ude00 ünï", "time":"2026-11-23 11:30:00" }""",
        """{"a":{"b":{"c":"{}[]\",:"}},"time":"x","status":null,"path":"/a?b"}""",
    ];

    [Fact]
    public void TryParse_MillionMutations_IsTheReferences()
    {
        var random = new Random(20261123);
        var parser = new JsonLineParser(new FieldTree(new LogFields()));
        var shaped = new ShapedLineParser(new JsonLineParser(new FieldTree(new LogFields())));
        var (line, other) = (new LogLine(), new LogLine());
        var buffer = (byte*)NativeMemory.Alloc(4096);
        var quotes = stackalloc ulong[LineScan.QuoteWords];
        var texts = s_lines.Select(Encoding.UTF8.GetBytes).ToArray();
        var (accepted, checkedLines) = (0, 0);
        try
        {
            for (var i = 0; i < 1_000_000; i++)
            {
                var bytes = Mutate(random, texts[i % texts.Length]);
                bytes.CopyTo(new Span<byte>(buffer, 4096));
                new Span<byte>(buffer + bytes.Length, LineScan.Padding).Fill((byte)'\n');
                var length = LineScan.Next(buffer, quotes, out var isPlain);
                Assert.Equal(bytes.AsSpan().IndexOf((byte)'\n') is var feed and >= 0 ? feed : bytes.Length, length);
                var isLine = length > 0 && parser.TryParse(buffer, length, quotes, isPlain, line);
                accepted += isLine ? 1 : 0;

                // Built like a line before it, it says the same.
                Assert.Equal(isLine, length > 0 && shaped.TryParse(buffer, length, quotes, isPlain, other));
                Assert.True(!isLine || Text(line) == Text(other), Encoding.UTF8.GetString(bytes));

                // The reference throws at what is wrong, which is slow; every line that is taken is held against it, and
                // of the others every eighth.
                if (isLine || i % 8 == 0)
                {
                    checkedLines++;
                    var expected = Reference(bytes.AsSpan(0, length));
                    var actual = isLine ? Text(line) : null;
                    Assert.True(expected == actual, $"'{Encoding.UTF8.GetString(bytes)}': {actual ?? "refused"} instead of {expected ?? "refused"}");
                }
            }
        }
        finally
        {
            NativeMemory.Free(buffer);
        }

        Assert.InRange(accepted, 100_000, checkedLines - 1);
    }

    private static byte[] Mutate(Random random, byte[] text)
    {
        var bytes = text.ToList();
        for (var times = random.Next(3); times >= 0 && bytes.Count > 1; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] = (byte)"\"\\{}[],:0 \t\r\nute-."[random.Next(18)];
                    break;
                case 2:
                    bytes.Insert(at, (byte)"\"\\{}[],:0 1e-+"[random.Next(14)]);
                    break;
                case 3:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(Math.Min(4, bytes.Count - at)));
                    break;
            }
        }

        return [.. bytes];
    }

    private static string Text(LogLine line) => $"{Text(line, LogSlot.Status)} {Text(line, LogSlot.Time)} {Text(line, LogSlot.Path)} {Text(line, LogSlot.Duration)}";

    private static string Text(LogLine line, LogSlot slot) => line.Kind(slot) switch
    {
        's' or 'n' => Encoding.UTF8.GetString(line[slot]),
        'x' => "x",
        _ => "-",
    };

    /// <summary>Obviously right, and slow; null for what is no object.</summary>
    private static string? Reference(ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes) || bytes.StartsWith("\uFEFF"u8))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes.ToArray());
            return document.RootElement.ValueKind == JsonValueKind.Object && AreStringsWhole(document.RootElement)
                ? $"{Field(document.RootElement, "status")} {Field(document.RootElement, "time")} {Field(document.RootElement, "path")} {Field(document.RootElement, "duration")}"
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Field(JsonElement line, string name)
    {
        var first = line.EnumerateObject().Where(one => one.Name == name).Select(one => (JsonElement?)one.Value).FirstOrDefault();
        return first?.ValueKind switch
        {
            null or JsonValueKind.Null => "-",
            JsonValueKind.String => first.Value.GetString()!,
            JsonValueKind.Number => first.Value.GetRawText(),
            _ => "x",
        };
    }

    /// <summary>Whether no string has half a surrogate pair, which the library finds only when it is read.</summary>
    private static bool AreStringsWhole(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.String => element.GetString() is not null,
                JsonValueKind.Object => element.EnumerateObject().All(one => one.Name is not null && AreStringsWhole(one.Value)),
                JsonValueKind.Array => element.EnumerateArray().All(AreStringsWhole),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
