using System.Buffers;
using System.Text;

namespace RollbackOps.Incidents;

/// <summary>
/// Takes the lines of one file, masks what is secret in each (S40), and writes them. A line in which nothing is secret is
/// written byte for byte, whatever it holds.
/// </summary>
internal sealed class EvidenceLines
{
    /// <summary>
    /// A longer line is taken in pieces, cut where a word ends: what looks for secrets may take more than its time on a text
    /// without end, and would then mask all of it.
    /// </summary>
    public const int LongestLine = 64 * 1024;

    private const int ReadSize = 256 * 1024;
    private readonly Stream _target;
    private readonly Func<string, string> _mask;
    private readonly ArrayBufferWriter<byte> _out = new(2 * ReadSize);

    public EvidenceLines(Stream target, Func<string, string> mask)
    {
        _target = target;
        _mask = mask;
    }

    /// <summary>How many lines were taken.</summary>
    public long Count { get; private set; }

    /// <summary>In how many of them something was masked.</summary>
    public long Masked { get; private set; }

    /// <summary>Adds a line of text.</summary>
    public void Add(string line)
    {
        var masked = _mask(line);
        Note(masked, line);
        Encoding.UTF8.GetBytes(masked, _out);
        _out.Write("\n"u8);
        Count++;
        FlushIfFull();
    }

    /// <summary>Adds all lines of a stream; a last one without a line end gets none.</summary>
    public async Task AddAsync(Stream source, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LongestLine + ReadSize);
        try
        {
            for (var filled = 0; ;)
            {
                int read;
                try
                {
                    read = await ReadAsync(source, buffer.AsMemory(filled, ReadSize), cancellationToken);
                }
                catch (EvidenceSourceException)
                {
                    // What came before is evidence too.
                    Take(buffer.AsSpan(0, filled), isLast: true);
                    throw;
                }

                filled += read;
                var used = Take(buffer.AsSpan(0, filled), isLast: read == 0);
                if (read == 0)
                {
                    return;
                }

                buffer.AsSpan(used, filled - used).CopyTo(buffer);
                filled -= used;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Whatever ends the reading of a source, its own library's exceptions too, is no failure of the archive.</summary>
    private static async Task<int> ReadAsync(Stream source, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new EvidenceSourceException($"It could not be read to its end: {failure.Message}", failure);
        }
    }

    /// <summary>Hands everything on.</summary>
    public void Flush()
    {
        _target.Write(_out.WrittenSpan);
        _out.ResetWrittenCount();
    }

    /// <summary>Takes the whole lines of a block; gives how many bytes they were.</summary>
    private int Take(ReadOnlySpan<byte> block, bool isLast)
    {
        var used = 0;
        while (used < block.Length)
        {
            var rest = block[used..];
            var end = rest.IndexOf((byte)'\n');
            if (end >= 0)
            {
                Line(rest[..end]);
                _out.Write("\n"u8);
                Count++;
                used += end + 1;
            }
            else if (isLast)
            {
                Line(rest);
                Count++;
                used = block.Length;
            }
            else if (rest.Length >= LongestLine)
            {
                var piece = EndOfWord(rest[..LongestLine]);
                Line(rest[..piece]);
                used += piece;
            }
            else
            {
                break;
            }

            FlushIfFull();
        }

        return used;
    }

    /// <summary>Where a line that is too long is cut: not in the midst of what might be a secret, nor of a character.</summary>
    private static int EndOfWord(ReadOnlySpan<byte> line)
    {
        var blank = line.LastIndexOfAny(" \t,;\r"u8);
        if (blank > 0)
        {
            return blank + 1;
        }

        var end = line.Length;
        while (end > line.Length - 4 && (line[end - 1] & 0xC0) == 0x80)
        {
            end--;
        }

        return end > 1 && (line[end - 1] & 0xC0) == 0xC0 ? end - 1 : line.Length;
    }

    private void Line(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line);
        var masked = _mask(text);
        if (Note(masked, text))
        {
            Encoding.UTF8.GetBytes(masked, _out);
        }
        else
        {
            _out.Write(line);
        }
    }

    private bool Note(string masked, string line)
    {
        if (ReferenceEquals(masked, line) || masked == line)
        {
            return false;
        }

        Masked++;
        return true;
    }

    private void FlushIfFull()
    {
        if (_out.WrittenCount >= ReadSize)
        {
            Flush();
        }
    }
}
