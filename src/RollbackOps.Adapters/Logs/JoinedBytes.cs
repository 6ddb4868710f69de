namespace RollbackOps.Adapters.Logs;

/// <summary>Bytes that were read already, and then the rest of their stream.</summary>
internal sealed class JoinedBytes(ReadOnlyMemory<byte> first, Stream rest) : IByteSource
{
    private ReadOnlyMemory<byte> _first = first;

    /// <inheritdoc />
    public int Read(Span<byte> target)
    {
        if (_first.IsEmpty)
        {
            return target.IsEmpty ? 0 : rest.Read(target);
        }

        var length = Math.Min(target.Length, _first.Length);
        _first.Span[..length].CopyTo(target);
        _first = _first[length..];
        return length;
    }
}
