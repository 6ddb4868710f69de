using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RollbackOps.Adapters.Logs;

/// <summary>Numbers as logs write them.</summary>
internal static unsafe class LogNumber
{
    private static readonly double[] s_powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

    /// <summary>The double nearest to a number of JSON.</summary>
    /// <param name="begin">Its first byte; sixteen bytes can be read from there.</param>
    /// <param name="length">Its length.</param>
    /// <param name="number">Takes it.</param>
    public static bool TryDouble(byte* begin, int length, out double number)
    {
        if (length is > 0 and <= 15 && *begin != '-')
        {
            var others = Vector128.GreaterThan(Vector128.Load(begin) - Vector128.Create((byte)'0'), Vector128.Create((byte)9)).ExtractMostSignificantBits();
            var point = BitOperations.TrailingZeroCount(others | (1u << length));
            var behind = length - point - 1;
            if (point <= 8 && behind < 0)
            {
                number = Digits(begin, point);
                return true;
            }

            if (point <= 8 && behind <= 7 && begin[point] == '.' && (others & (others - 1) & ((1u << length) - 1)) == 0)
            {
                // Both are exact, so their quotient is rounded once, as the slow way does.
                var power = s_powers[behind];
                number = ((Digits(begin, point) * power) + Digits(begin + point + 1, behind)) / power;
                return true;
            }
        }

        return TryDouble(new ReadOnlySpan<byte>(begin, length), out number);
    }

    /// <summary>The double nearest to a number.</summary>
    public static bool TryDouble(ReadOnlySpan<byte> text, out double number) =>
        Utf8Parser.TryParse(text, out number, out var used) && used == text.Length;

    /// <summary>A whole number.</summary>
    public static bool TryWhole(ReadOnlySpan<byte> text, out int number)
    {
        if (text.Length == 3)
        {
            var (first, second, third) = ((uint)(text[0] - '0'), (uint)(text[1] - '0'), (uint)(text[2] - '0'));
            if (first <= 9 && second <= 9 && third <= 9)
            {
                number = (int)((first * 100) + (second * 10) + third);
                return true;
            }
        }

        return Utf8Parser.TryParse(text, out number, out var used) && used == text.Length;
    }

    /// <summary>Up to eight digits as a number, all at once.</summary>
    private static double Digits(byte* begin, int count)
    {
        if (count == 0)
        {
            return 0;
        }

        // Shifted out is what follows; zeros come before.
        var digits = (Unsafe.ReadUnaligned<ulong>(begin) & 0x0F0F0F0F0F0F0F0F) << (8 * (8 - count));
        digits = (digits * 10) + (digits >> 8);
        return (((digits & 0x000000FF000000FF) * 0x000F424000000064) + (((digits >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >> 32;
    }
}
