using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RollbackOps.Adapters.Logs;

/// <summary>
/// How a line of JSON is built: the bytes between its strings and numbers. A plain line with the same bytes there is an
/// object with the same fields, whatever its strings and numbers are, so it need not be parsed again.
/// </summary>
internal sealed unsafe class LineShape
{
    private const int MostParts = 128;
    private readonly Part[] _parts;

    private LineShape(Part[] parts) => _parts = parts;

    private enum Kind
    {
        /// <summary>More bytes that stay the same follow.</summary>
        Text,
        String,
        Number,
        End,
    }

    /// <summary>The shape of a plain line that was parsed; null where it has none worth to be known.</summary>
    public static LineShape? Of(byte* line, int length, ulong* quotes, LogLine parsed)
    {
        if (parsed.HasMisfit())
        {
            return null;
        }

        var parts = new List<Part>();
        var (at, begin) = (0, 0);
        while (at < length && parts.Count < MostParts)
        {
            if (line[at] == '"')
            {
                var end = LineScan.NextQuote(quotes, at + 1);
                if (!IsName(line, length, end + 1))
                {
                    Append(parts, line, begin, at + 1, Kind.String, parsed.At(line + at + 1));
                    begin = end;
                }

                at = end + 1;
            }
            else if (line[at] == '-' || char.IsAsciiDigit((char)line[at]))
            {
                Append(parts, line, begin, at, Kind.Number, parsed.At(line + at));
                begin = at = JsonNumber.End(line, length, at);
            }
            else
            {
                at++;
            }
        }

        if (parts.Count >= MostParts)
        {
            return null;
        }

        Append(parts, line, begin, length, Kind.End, slot: null);
        return new LineShape([.. parts]);
    }

    /// <summary>Reads a plain line of this shape; false if it is of another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryRead(byte* line, int length, ulong* quotes, LogLine target)
    {
        var at = 0;
        foreach (ref readonly var part in _parts.AsSpan())
        {
            // Behind the line's end stands a line feed, which no part has.
            if (((Vector256.Load(line + at) ^ part.Text) & part.Mask) != Vector256<byte>.Zero)
            {
                return false;
            }

            at += part.Length;
            if (part.Kind == Kind.Text)
            {
                continue;
            }

            if (part.Kind == Kind.End)
            {
                return at == length;
            }

            var end = part.Kind == Kind.String ? LineScan.NextQuote(quotes, at) : JsonNumber.EndAtOnce(line, length, at);
            if ((uint)end >= (uint)length)
            {
                return false;
            }

            if (part.Slot >= 0)
            {
                target.Set((LogSlot)part.Slot, line + at, end - at, part.Kind == Kind.String ? 's' : 'n');
            }

            at = end;
        }

        return false;
    }

    private static bool IsName(byte* line, int length, int at)
    {
        while (at < length && line[at] is (byte)' ' or (byte)'\t' or (byte)'\r')
        {
            at++;
        }

        return at < length && line[at] == ':';
    }

    private static void Append(List<Part> parts, byte* line, int begin, int end, Kind kind, LogSlot? slot)
    {
        Span<byte> text = stackalloc byte[Vector256<byte>.Count];
        Span<byte> mask = stackalloc byte[Vector256<byte>.Count];
        do
        {
            var length = Math.Min(end - begin, text.Length);
            text.Clear();
            mask.Clear();
            new ReadOnlySpan<byte>(line + begin, length).CopyTo(text);
            mask[..length].Fill(0xff);
            begin += length;
            parts.Add(new Part(Vector256.Create<byte>(text), Vector256.Create<byte>(mask), length,
                begin == end ? kind : Kind.Text, begin == end && slot is { } known ? (int)known : -1));
        }
        while (begin < end);
    }

    /// <summary>Bytes that stay the same, up to 32, and what follows them.</summary>
    private readonly record struct Part(Vector256<byte> Text, Vector256<byte> Mask, int Length, Kind Kind, int Slot);
}
