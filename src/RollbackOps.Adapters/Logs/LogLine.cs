namespace RollbackOps.Adapters.Logs;

/// <summary>Where a line has its fields. Reused from line to line.</summary>
internal sealed unsafe class LogLine
{
    private const int Slots = 6;
    private readonly byte*[] _begins = new byte*[Slots];
    private readonly int[] _lengths = new int[Slots];
    private readonly byte[] _kinds = new byte[Slots];
    private readonly byte[]?[] _unescaped = new byte[]?[Slots];

    /// <summary>What a field holds: <c>s</c> a string, <c>n</c> a number, <c>0</c> nothing or null, <c>x</c> anything else.</summary>
    public char Kind(LogSlot slot) => _kinds[(int)slot] is var kind and not 0 ? (char)kind : '0';

    /// <summary>A string's or number's bytes, with nothing escaped.</summary>
    public ReadOnlySpan<byte> this[LogSlot slot] => _unescaped[(int)slot] is { } bytes
        ? bytes
        : new ReadOnlySpan<byte>(_begins[(int)slot], _lengths[(int)slot]);

    public void Clear()
    {
        Array.Clear(_kinds);
        Array.Clear(_lengths);
        Array.Clear(_unescaped);
    }

    public void Set(LogSlot slot, byte* begin, int length, char kind)
    {
        _begins[(int)slot] = begin;
        _lengths[(int)slot] = length;
        _kinds[(int)slot] = (byte)kind;
    }

    /// <summary>Sets a string that had to be unescaped.</summary>
    public void Set(LogSlot slot, byte[] unescaped)
    {
        _unescaped[(int)slot] = unescaped;
        _kinds[(int)slot] = (byte)'s';
    }
}
