using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RollbackOps.Adapters.Logs;

/// <summary>Numbers as JSON writes them (RFC 8259 §6).</summary>
internal static unsafe class JsonNumber
{
    /// <summary>Ends the search of sixteen bytes.</summary>
    private const uint Beyond = 3u << 16;

    /// <summary>As <see cref="End"/>, for a place behind which sixteen more bytes can be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int EndAtOnce(byte* line, int length, int at)
    {
        // Lengths of numbers vary, and a loop's end cannot be foreseen: so all digits at once.
        var bytes = Vector128.Load(line + at) - Vector128.Create((byte)'0');
        var others = Vector128.GreaterThan(bytes, Vector128.Create((byte)9)).ExtractMostSignificantBits() | Beyond;
        var end = BitOperations.TrailingZeroCount(others);
        var isUsual = end > 0 && (end == 1 || line[at] != '0');
        if (line[at + end] == '.')
        {
            var fraction = BitOperations.TrailingZeroCount(others & (others - 1));
            isUsual &= fraction > end + 1;
            end = fraction;
        }

        return isUsual && end < 16 && at + end <= length && (line[at + end] | 0x20) != 'e' ? at + end : End(line, length, at);
    }

    /// <summary>The place behind the number that begins at a place, or -1 if none does.</summary>
    public static int End(byte* line, int length, int at)
    {
        at += at < length && line[at] == '-' ? 1 : 0;
        var whole = Digits(line, length, at);
        if (whole == at || (whole > at + 1 && line[at] == '0'))
        {
            return -1;
        }

        if (whole < length && line[whole] == '.')
        {
            var fraction = Digits(line, length, whole + 1);
            if (fraction == whole + 1)
            {
                return -1;
            }

            whole = fraction;
        }

        return whole < length && (line[whole] | 0x20) == 'e' ? Exponent(line, length, whole + 1) : whole;
    }

    private static int Exponent(byte* line, int length, int at)
    {
        at += at < length && line[at] is (byte)'+' or (byte)'-' ? 1 : 0;
        var end = Digits(line, length, at);
        return end == at ? -1 : end;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Digits(byte* line, int length, int at)
    {
        while (at < length && (uint)(line[at] - '0') <= 9)
        {
            at++;
        }

        return at;
    }
}
