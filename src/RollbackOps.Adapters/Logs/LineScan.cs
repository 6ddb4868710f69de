using System.Numerics;
using System.Runtime.Intrinsics;

namespace RollbackOps.Adapters.Logs;

/// <summary>Finds a line's end and its quotes, 32 bytes at a time.</summary>
internal static unsafe class LineScan
{
    /// <summary>How many quotes are noted; a line with more is read the slow way.</summary>
    public const int MostQuotes = 512;

    /// <summary>Reads so far behind the buffer's end; a line feed has to stand right there.</summary>
    public const int Padding = 64;

    /// <summary>Looks at a line.</summary>
    /// <param name="line">Its first byte.</param>
    /// <param name="quotes">Takes the places of its quotes; room for <see cref="MostQuotes"/> and 32 more.</param>
    /// <param name="quoteCount">How many were noted.</param>
    /// <param name="isPlain">
    /// Whether the line is ASCII without a backslash or control character, and every quote was noted: then every quote
    /// begins or ends a string.
    /// </param>
    /// <returns>The place of its line feed.</returns>
    public static int Next(byte* line, int* quotes, out int quoteCount, out bool isPlain)
    {
        var quote = Vector256.Create((byte)'"');
        var backslash = Vector256.Create((byte)'\\');
        var space = Vector256.Create((sbyte)' ');
        var count = 0;
        for (var at = 0; ; at += 32)
        {
            var bytes = Vector256.Load(line + at);
            var found = Vector256.Equals(bytes, quote).ExtractMostSignificantBits();
            // As signed bytes, what is not ASCII lies below the space, as control characters do.
            var special = (Vector256.LessThan(bytes.AsSByte(), space).AsByte() | Vector256.Equals(bytes, backslash)).ExtractMostSignificantBits();
            if (special != 0)
            {
                var place = BitOperations.TrailingZeroCount(special);
                var end = at + place;
                if (line[end] == '\r' && line[end + 1] == '\n')
                {
                    end++;
                }

                if (line[end] == '\n' && count <= MostQuotes)
                {
                    quoteCount = Note(found & ((1u << place) - 1), at, quotes, count);
                    isPlain = true;
                    return end;
                }

                quoteCount = 0;
                isPlain = false;
                return end + new ReadOnlySpan<byte>(line + end, int.MaxValue).IndexOf((byte)'\n');
            }

            if (count <= MostQuotes)
            {
                count = Note(found, at, quotes, count);
            }
        }
    }

    private static int Note(uint found, int at, int* quotes, int count)
    {
        while (found != 0)
        {
            quotes[count++] = at + BitOperations.TrailingZeroCount(found);
            found &= found - 1;
        }

        return count;
    }
}
