using System.Runtime.InteropServices;

namespace RollbackOps.Adapters.Logs;

/// <summary>Cuts bytes into lines and hands them to a counter. One buffer, no allocation by the line.</summary>
internal sealed unsafe class LineFeed : IDisposable
{
    private const int FirstSize = 256 * 1024;

    /// <summary>Behind the limit the last line's end is looked for in steps of this size.</summary>
    private const int Tail = 4 * 1024;

    /// <summary>No line is longer.</summary>
    private const int MostSize = 4 * 1024 * 1024;

    private byte* _buffer = (byte*)NativeMemory.Alloc(FirstSize + LineScan.Padding);
    private int _size = FirstSize;

    public void Dispose()
    {
        NativeMemory.Free(_buffer);
        _buffer = null;
    }

    /// <summary>Reads lines.</summary>
    /// <param name="source">Gives the next bytes; 0 at the end.</param>
    /// <param name="isInside">Whether the first byte belongs to a line that begins before, up to the first line feed; else it is the log's first.</param>
    /// <param name="limit">Only lines that begin before so many bytes count.</param>
    /// <param name="take">Takes the lines.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public void Read(IByteSource source, bool isInside, long limit, LineTaker take, CancellationToken cancellationToken)
    {
        var quotes = stackalloc ulong[LineScan.QuoteWords];
        var (filled, at, begin) = (0, 0, 0L);
        var (isBegin, isFirst) = (!isInside, !isInside);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var wanted = Math.Clamp(limit - begin - filled, 0, _size) + Math.Max(Tail, filled);
            var read = source.Read(new Span<byte>(_buffer + filled, (int)Math.Min(_size - filled, wanted)));
            filled += read;
            if (isFirst && filled >= 3)
            {
                isFirst = false;
                at = new ReadOnlySpan<byte>(_buffer, 3).SequenceEqual("\uFEFF"u8) ? 3 : 0;
            }

            // Ends every search; what it cuts off is no line yet.
            new Span<byte>(_buffer + filled, LineScan.Padding).Fill((byte)'\n');
            while (at < filled)
            {
                if (begin + at >= limit)
                {
                    return;
                }

                var length = LineScan.Next(_buffer + at, quotes, out var isPlain);
                if (at + length >= filled && read > 0)
                {
                    break;
                }

                if (!isInside && !take(_buffer + at, length, quotes, isPlain, isBegin || at + length >= filled))
                {
                    return;
                }

                isInside = isBegin = false;
                at += length + 1;
            }

            if (read == 0)
            {
                return;
            }

            var rest = Math.Max(0, filled - at);
            Buffer.MemoryCopy(_buffer + at, _buffer, _size, rest);
            (begin, filled, at) = (begin + at, rest, 0);
            if (filled == _size && !TryGrow())
            {
                if (!isInside && !take(_buffer, -1, quotes, false, false))
                {
                    return;
                }

                (begin, filled, isInside, isBegin) = (begin + filled, 0, true, false);
            }

            if (isInside && begin >= limit)
            {
                return;
            }
        }
    }

    private bool TryGrow()
    {
        if (_size >= MostSize)
        {
            return false;
        }

        _size *= 2;
        _buffer = (byte*)NativeMemory.Realloc(_buffer, (nuint)(_size + LineScan.Padding));
        return true;
    }

    /// <summary>Takes a line; one of length -1 was too long. Whether more lines are wanted.</summary>
    internal delegate bool LineTaker(byte* line, int length, ulong* quotes, bool isPlain, bool isTorn);
}
