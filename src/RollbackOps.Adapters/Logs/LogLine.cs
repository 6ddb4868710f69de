namespace RollbackOps.Adapters.Logs;

/// <summary>Where a line has its fields. Reused from line to line.</summary>
internal sealed unsafe class LogLine
{
    private readonly Field[] _fields = new Field[6];
    private readonly byte[]?[] _unescaped = new byte[]?[6];
    private bool _isUnescaped;

    /// <summary>What a field holds: <c>s</c> a string, <c>n</c> a number, <c>0</c> nothing or null, <c>x</c> anything else.</summary>
    public char Kind(LogSlot slot) => _fields[(int)slot].Kind is var kind and not 0 ? (char)kind : '0';

    /// <summary>A string's or number's bytes, with nothing escaped.</summary>
    public ReadOnlySpan<byte> this[LogSlot slot]
    {
        get
        {
            ref readonly var field = ref _fields[(int)slot];
            return _isUnescaped && _unescaped[(int)slot] is { } bytes ? bytes : new ReadOnlySpan<byte>(field.Begin, field.Length);
        }
    }

    /// <summary>A number's bytes, as they stand in the line.</summary>
    public byte* Number(LogSlot slot, out int length)
    {
        ref readonly var field = ref _fields[(int)slot];
        length = field.Length;
        return field.Begin;
    }

    public void Clear()
    {
        Array.Clear(_fields);
        if (_isUnescaped)
        {
            Array.Clear(_unescaped);
            _isUnescaped = false;
        }
    }

    public void Set(LogSlot slot, byte* begin, int length, char kind) =>
        _fields[(int)slot] = new Field { Begin = begin, Length = length, Kind = (byte)kind };

    /// <summary>Sets a string that had to be unescaped.</summary>
    public void Set(LogSlot slot, byte[] unescaped)
    {
        _unescaped[(int)slot] = unescaped;
        _isUnescaped = true;
        _fields[(int)slot].Kind = (byte)'s';
    }

    /// <summary>The field whose value begins at a place, or null.</summary>
    public LogSlot? At(byte* begin)
    {
        for (var slot = 0; slot < _fields.Length; slot++)
        {
            if (_fields[slot].Begin == begin)
            {
                return (LogSlot)slot;
            }
        }

        return null;
    }

    /// <summary>Whether a field holds what it cannot be.</summary>
    public bool HasMisfit()
    {
        foreach (var field in _fields)
        {
            if (field.Kind == 'x')
            {
                return true;
            }
        }

        return false;
    }

    private struct Field
    {
        public byte* Begin;
        public int Length;
        public byte Kind;
    }
}
