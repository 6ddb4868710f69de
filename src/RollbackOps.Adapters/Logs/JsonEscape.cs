using System.Text;

namespace RollbackOps.Adapters.Logs;

/// <summary>Escapes in strings of JSON (RFC 8259 §7).</summary>
internal static class JsonEscape
{
    /// <summary>The length of the escape at the text's begin, both halves of a surrogate pair together; 0 if it is none.</summary>
    public static int Length(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2)
        {
            return 0;
        }

        if (text[1] != 'u')
        {
            return "\"\\/bfnrt"u8.Contains(text[1]) ? 2 : 0;
        }

        var unit = Unit(text);
        return unit switch
        {
            < 0 => 0,
            >= 0xd800 and <= 0xdbff => text.Length >= 12 && Unit(text[6..]) is >= 0xdc00 and <= 0xdfff ? 12 : 0,
            >= 0xdc00 and <= 0xdfff => 0,
            _ => 6,
        };
    }

    /// <summary>The text without its escapes, every one of which has a <see cref="Length"/>.</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[text.Length];
        var count = 0;
        while (!text.IsEmpty)
        {
            if (text[0] != '\\')
            {
                bytes[count++] = text[0];
                text = text[1..];
                continue;
            }

            var length = Length(text);
            var rune = length switch
            {
                2 => new Rune(Short(text[1])),
                6 => new Rune((char)Unit(text)),
                _ => new Rune((char)Unit(text), (char)Unit(text[6..])),
            };
            count += rune.EncodeToUtf8(bytes.AsSpan(count));
            text = text[length..];
        }

        return bytes[..count];
    }

    private static char Short(byte letter) => (char)letter switch
    {
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        var itself => itself,
    };

    /// <summary>The UTF-16 unit of <c>\uXXXX</c>, or -1.</summary>
    private static int Unit(ReadOnlySpan<byte> text) =>
        text.Length >= 6 && text[0] == '\\' && text[1] == 'u' && Convert4(text.Slice(2, 4)) is var unit ? unit : -1;

    private static int Convert4(ReadOnlySpan<byte> hex)
    {
        var unit = 0;
        foreach (var digit in hex)
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return -1;
            }

            unit = (unit << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return unit;
    }
}
