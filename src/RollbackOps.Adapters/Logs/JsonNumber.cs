using System.Runtime.CompilerServices;

namespace RollbackOps.Adapters.Logs;

/// <summary>Numbers as JSON writes them (RFC 8259 §6).</summary>
internal static unsafe class JsonNumber
{
    /// <summary>The place behind the number that begins at a place, or -1 if none does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
