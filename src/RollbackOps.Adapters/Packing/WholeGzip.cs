using System.Buffers.Binary;
using System.IO.Compression;

namespace RollbackOps.Adapters.Packing;

/// <summary>
/// Unpacks gzip and fails at the end of a file that was cut off, which <see cref="GZipStream"/> takes for the end.
/// </summary>
internal sealed class WholeGzip : Stream
{
    /// <summary>How a member begins: gzip, deflated.</summary>
    private static readonly byte[] s_begin = [0x1f, 0x8b, 8];

    private readonly FileStream _packed;
    private readonly GZipStream _unpacked;
    private long _length;

    public WholeGzip(FileStream packed) => (_packed, _unpacked) = (packed, new GZipStream(packed, CompressionMode.Decompress, leaveOpen: false));

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="InvalidDataException">The file ends before what it holds.</exception>
    public override int Read(Span<byte> buffer)
    {
        var read = _unpacked.Read(buffer);
        _length += read;
        return read > 0 || buffer.IsEmpty || IsWhole() ? read : throw new InvalidDataException("The packed file is cut off.");
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _unpacked.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Whether the last four bytes are the length of what was unpacked (RFC 1952), or of the last member.</summary>
    private bool IsWhole()
    {
        var size = RandomAccess.GetLength(_packed.SafeFileHandle);
        Span<byte> trailer = stackalloc byte[4];
        if (size < 18 || RandomAccess.Read(_packed.SafeFileHandle, trailer, size - 4) < 4)
        {
            return size == 0;
        }

        var stated = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        return stated == (uint)_length || IsLastMember(size, stated);
    }

    /// <summary>Whether a member begins somewhere, of just that length, and ends where the file does.</summary>
    private bool IsLastMember(long size, uint stated)
    {
        var buffer = new byte[64 * 1024];
        for (var end = size; end > 0; end -= buffer.Length - 3)
        {
            var from = Math.Max(0, end - buffer.Length);
            var bytes = buffer.AsSpan(0, RandomAccess.Read(_packed.SafeFileHandle, buffer.AsSpan(0, (int)(end - from)), from));
            for (var at = bytes.LastIndexOf(s_begin); at >= 0; at = bytes[..at].LastIndexOf(s_begin))
            {
                if (LengthFrom(from + at) == stated)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The length of what is packed from a place on, or -1 where nothing is.</summary>
    private long LengthFrom(long at)
    {
        try
        {
            _packed.Position = at;
            using var member = new GZipStream(_packed, CompressionMode.Decompress, leaveOpen: true);
            var buffer = new byte[64 * 1024];
            var length = 0L;
            while (member.Read(buffer) is var read and > 0)
            {
                length += read;
            }

            return length;
        }
        catch (InvalidDataException)
        {
            return -1;
        }
        finally
        {
            // Whoever reads on reads nothing.
            _packed.Position = _packed.Length;
        }
    }
}
