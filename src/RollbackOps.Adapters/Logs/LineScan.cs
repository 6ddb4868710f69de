using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RollbackOps.Adapters.Logs;

/// <summary>Finds a line's end and its quotes, 64 bytes at a time.</summary>
internal static unsafe class LineScan
{
    /// <summary>Room for the quotes of a line: one bit for each of its bytes, and what ends every search.</summary>
    public const int QuoteWords = (MostPlain / 64) + 2;

    /// <summary>Reads so far behind the buffer's end; a line feed has to stand right there.</summary>
    public const int Padding = 128;

    /// <summary>A line that is longer is read the slow way.</summary>
    private const int MostPlain = 32 * 1024;

    /// <summary>Looks at a line.</summary>
    /// <param name="line">Its first byte.</param>
    /// <param name="quotes">Takes a bit for each of its bytes, set where a quote stands; <see cref="QuoteWords"/> long.</param>
    /// <param name="isPlain">
    /// Whether the line is ASCII without a backslash or control character: then every quote begins or ends a string.
    /// </param>
    /// <returns>The place of its line feed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Next(byte* line, ulong* quotes, out bool isPlain)
    {
        var quote = Vector256.Create((byte)'"');
        var backslash = Vector256.Create((byte)'\\');
        var space = Vector256.Create((sbyte)' ');
        for (var at = 0; at < MostPlain; at += 64)
        {
            var low = Vector256.Load(line + at);
            var high = Vector256.Load(line + at + 32);
            *quotes++ = Bits(Vector256.Equals(low, quote), Vector256.Equals(high, quote));
            // As signed bytes, what is not ASCII lies below the space, as control characters do.
            var lowSpecial = Vector256.LessThan(low.AsSByte(), space).AsByte() | Vector256.Equals(low, backslash);
            var highSpecial = Vector256.LessThan(high.AsSByte(), space).AsByte() | Vector256.Equals(high, backslash);
            if ((lowSpecial | highSpecial) != Vector256<byte>.Zero)
            {
                *quotes = ulong.MaxValue;
                var end = at + BitOperations.TrailingZeroCount(Bits(lowSpecial, highSpecial));
                end += line[end] == '\r' && line[end + 1] == '\n' ? 1 : 0;
                isPlain = line[end] == '\n';
                return isPlain ? end : LineFeed(line, end);
            }
        }

        isPlain = false;
        return LineFeed(line, MostPlain);
    }

    /// <summary>The first quote of a plain line at a place or behind it; where there is none, a place at the line's end or behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int NextQuote(ulong* quotes, int at)
    {
        // The next 64 bytes, most often out of two words: no string's place decides a branch.
        var (first, shift) = (at >> 6, at & 63);
        var word = (quotes[first] >> shift) | (quotes[first + 1] << 1 << (63 - shift));
        return word != 0 ? at + BitOperations.TrailingZeroCount(word) : NextWord(quotes, at);
    }

    private static int NextWord(ulong* quotes, int at)
    {
        var word = (at >> 6) + 1;
        while (quotes[word] == 0)
        {
            word++;
        }

        return (word << 6) + BitOperations.TrailingZeroCount(quotes[word]);
    }

    private static int LineFeed(byte* line, int at) => at + new ReadOnlySpan<byte>(line + at, int.MaxValue).IndexOf((byte)'\n');

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(Vector256<byte> low, Vector256<byte> high) =>
        low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);
}
