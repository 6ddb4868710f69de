using Microsoft.Win32.SafeHandles;

namespace RollbackOps.Adapters.Logs;

/// <summary>Gives bytes in order.</summary>
internal interface IByteSource
{
    /// <summary>The next bytes; 0 at the end.</summary>
    int Read(Span<byte> target);
}

/// <summary>
/// A file from a place on, up to the length it had. Read, and not mapped: a file that is cut under us just ends here, where
/// a mapping would end the process.
/// </summary>
internal sealed class FileBytes(SafeFileHandle file, long at, long end) : IByteSource
{
    private long _at = at;

    /// <inheritdoc />
    public int Read(Span<byte> target)
    {
        var wanted = (int)Math.Min(target.Length, end - _at);
        var read = wanted <= 0 ? 0 : RandomAccess.Read(file, target[..wanted], _at);
        _at += read;
        return read;
    }
}

/// <summary>A stream.</summary>
internal sealed class StreamBytes(Stream stream) : IByteSource
{
    /// <inheritdoc />
    public int Read(Span<byte> target) => target.IsEmpty ? 0 : stream.Read(target);
}
