using System.Text.Unicode;

namespace RollbackOps.Adapters.Logs;

/// <summary>
/// Reads the fields that matter from a line that is one JSON object, and checks the rest of it against the grammar (RFC
/// 8259). Of a name that occurs twice in an object the first counts, as with DuckDB.
/// </summary>
internal sealed unsafe class JsonLineParser
{
    private const int MostDepth = 64;
    private const int Failed = -1;

    private readonly FieldTree _fields;
    private LogLine _target = null!;
    private byte* _line;
    private int _length;
    private ulong* _quotes;
    private bool _isPlain;
    private uint _found;

    public JsonLineParser(FieldTree fields) => _fields = fields;

    /// <summary>Reads a line.</summary>
    /// <param name="line">Its first byte.</param>
    /// <param name="length">Its length without the line feed.</param>
    /// <param name="quotes">Its quotes as <see cref="LineScan"/> found them, if it is plain.</param>
    /// <param name="isPlain">Whether <see cref="LineScan"/> found it plain.</param>
    /// <param name="target">Takes the fields.</param>
    /// <returns>Whether it is an object.</returns>
    public bool TryParse(byte* line, int length, ulong* quotes, bool isPlain, LogLine target)
    {
        target.Clear();
        _line = line;
        _quotes = quotes;
        (_length, _isPlain, _target, _found) = (length, isPlain, target, 0);
        if (!isPlain && !Utf8.IsValid(new ReadOnlySpan<byte>(line, length)))
        {
            return false;
        }

        var at = SkipSpace(0);
        if (at >= length || line[at] != '{')
        {
            return false;
        }

        at = ParseObject(at + 1, group: 0, depth: 1);
        return at >= 0 && SkipSpace(at) == length;
    }

    /// <summary>Reads an object from behind its brace; returns the place behind it, or -1.</summary>
    private int ParseObject(int at, int group, int depth)
    {
        at = SkipSpace(at);
        if (at < _length && _line[at] == '}')
        {
            return at + 1;
        }

        while (true)
        {
            if (at >= _length || _line[at] != '"')
            {
                return Failed;
            }

            var nameAt = at + 1;
            var nameEnd = StringEnd(at, out var isEscaped);
            if (nameEnd < 0)
            {
                return Failed;
            }

            at = SkipSpace(nameEnd + 1);
            if (at >= _length || _line[at] != ':')
            {
                return Failed;
            }

            FieldTree.Entry? entry = null;
            if (group >= 0)
            {
                var name = new ReadOnlySpan<byte>(_line + nameAt, nameEnd - nameAt);
                entry = _fields.Find(group, isEscaped ? Unescaped(name) : name);
                if (entry is not null)
                {
                    entry = (_found & entry.Bit) == 0 ? entry : null;
                    _found |= entry?.Bit ?? 0;
                }
            }

            at = SkipSpace(ParseValue(SkipSpace(at + 1), entry, depth));
            if (at < 0 || at >= _length)
            {
                return Failed;
            }

            if (_line[at] == '}')
            {
                return at + 1;
            }

            if (_line[at] != ',')
            {
                return Failed;
            }

            at = SkipSpace(at + 1);
        }
    }

    private int ParseArray(int at, int depth)
    {
        at = SkipSpace(at);
        if (at < _length && _line[at] == ']')
        {
            return at + 1;
        }

        while (true)
        {
            at = SkipSpace(ParseValue(at, entry: null, depth));
            if (at < 0 || at >= _length)
            {
                return Failed;
            }

            if (_line[at] == ']')
            {
                return at + 1;
            }

            if (_line[at] != ',')
            {
                return Failed;
            }

            at = SkipSpace(at + 1);
        }
    }

    private int ParseValue(int at, FieldTree.Entry? entry, int depth)
    {
        if (at >= _length)
        {
            return Failed;
        }

        var slot = entry?.Slot ?? -1;
        switch (_line[at])
        {
            case (byte)'"':
                var end = StringEnd(at, out var isEscaped);
                if (end >= 0 && slot >= 0)
                {
                    Take((LogSlot)slot, at + 1, end, isEscaped);
                }

                return end < 0 ? Failed : end + 1;
            case (byte)'{':
                Mark(slot);
                return depth >= MostDepth ? Failed : ParseObject(at + 1, entry?.Group ?? -1, depth + 1);
            case (byte)'[':
                Mark(slot);
                return depth >= MostDepth ? Failed : ParseArray(at + 1, depth + 1);
            case (byte)'t':
                Mark(slot);
                return Literal(at, "true"u8);
            case (byte)'f':
                Mark(slot);
                return Literal(at, "false"u8);
            case (byte)'n':
                return Literal(at, "null"u8);
            default:
                var behind = JsonNumber.End(_line, _length, at);
                if (behind >= 0 && slot >= 0)
                {
                    _target.Set((LogSlot)slot, _line + at, behind - at, 'n');
                }

                return behind;
        }
    }

    /// <summary>Notes that a field holds something that it cannot be.</summary>
    private void Mark(int slot)
    {
        if (slot >= 0)
        {
            _target.Set((LogSlot)slot, _line, 0, 'x');
        }
    }

    private void Take(LogSlot slot, int begin, int end, bool isEscaped)
    {
        if (isEscaped)
        {
            _target.Set(slot, Unescaped(new ReadOnlySpan<byte>(_line + begin, end - begin)));
        }
        else
        {
            _target.Set(slot, _line + begin, end - begin, 's');
        }
    }

    /// <summary>The place of the quote that ends the string which begins at a quote, or -1.</summary>
    private int StringEnd(int at, out bool isEscaped)
    {
        isEscaped = false;
        if (_isPlain)
        {
            var end = LineScan.NextQuote(_quotes, at + 1);
            return end < _length ? end : Failed;
        }

        for (var i = at + 1; i < _length; i++)
        {
            switch (_line[i])
            {
                case (byte)'"':
                    return i;
                case (byte)'\\':
                    isEscaped = true;
                    var length = JsonEscape.Length(new ReadOnlySpan<byte>(_line + i, _length - i));
                    if (length == 0)
                    {
                        return Failed;
                    }

                    i += length - 1;
                    break;
                case < (byte)' ':
                    return Failed;
                default:
                    break;
            }
        }

        return Failed;
    }

    private static byte[] Unescaped(ReadOnlySpan<byte> text) => JsonEscape.Unescape(text);

    private int Literal(int at, ReadOnlySpan<byte> literal) =>
        new ReadOnlySpan<byte>(_line + at, _length - at).StartsWith(literal) ? at + literal.Length : Failed;

    private int SkipSpace(int at)
    {
        while ((uint)at < (uint)_length && _line[at] <= ' ' && _line[at] is (byte)' ' or (byte)'\t' or (byte)'\r')
        {
            at++;
        }

        return at;
    }
}
