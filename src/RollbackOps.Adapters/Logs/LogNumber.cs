using System.Buffers.Text;

namespace RollbackOps.Adapters.Logs;

/// <summary>Numbers as logs write them.</summary>
internal static class LogNumber
{
    /// <summary>So many digits make a number that a double holds exactly.</summary>
    private const int MostDigits = 15;

    private static readonly double[] s_powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>A number's double, the nearest there is.</summary>
    public static bool TryDouble(ReadOnlySpan<byte> text, out double number)
    {
        var (digits, behindPoint) = (0L, -1);
        if (text.Length is > 0 and <= MostDigits)
        {
            foreach (var letter in text)
            {
                var digit = (uint)(letter - '0');
                if (digit <= 9)
                {
                    digits = (digits * 10) + digit;
                    behindPoint += behindPoint >= 0 ? 1 : 0;
                }
                else if (letter == '.' && behindPoint < 0)
                {
                    behindPoint = 0;
                }
                else
                {
                    return TryAny(text, out number);
                }
            }

            // Both are exact, so their quotient is rounded once, as the slow way does.
            number = digits / s_powers[Math.Max(0, behindPoint)];
            return behindPoint < text.Length - 1;
        }

        return TryAny(text, out number);
    }

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

    private static bool TryAny(ReadOnlySpan<byte> text, out double number) =>
        Utf8Parser.TryParse(text, out number, out var used) && used == text.Length;
}
