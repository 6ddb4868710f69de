using System.Text;

namespace RollbackOps.Adapters.Postgres;

/// <summary>The bytes of the token that is being read, as far as anybody wants to know them.</summary>
internal sealed class TokenText
{
    private const int Longest = 4096;

    private readonly byte[] _bytes = new byte[Longest];
    private int _length;

    /// <summary>Whether there were more.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The bytes so far.</summary>
    public Span<byte> Bytes => _bytes.AsSpan(0, _length);

    public void Clear()
    {
        _length = 0;
        IsCut = false;
    }

    public void Add(byte value) => Add([value]);

    public void Add(ReadOnlySpan<byte> part)
    {
        var kept = Math.Min(part.Length, Longest - _length);
        part[..kept].CopyTo(_bytes.AsSpan(_length));
        _length += kept;
        IsCut |= kept < part.Length;
    }

    public override string ToString() => Encoding.UTF8.GetString(Bytes) + (IsCut ? "…" : string.Empty);
}
