using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace RollbackOps.Signals;

/// <summary>Numbers for names that arrive as UTF-8, from 0 in the order of their first appearance.</summary>
internal sealed class Utf8Names
{
    /// <summary>Anew in each process: a hostile log cannot aim at it.</summary>
    private static readonly ulong s_seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    private int[] _slots = new int[64];
    private (int Hash, int Start, int Length)[] _names = new (int, int, int)[32];
    private byte[] _bytes = new byte[1024];
    private int _used;

    /// <summary>How many names there are.</summary>
    public int Count { get; private set; }

    /// <summary>A name's text, made inert (S43).</summary>
    public string this[int name] => Inert.Line(Encoding.UTF8.GetString(Bytes(name)));

    public ReadOnlySpan<byte> Bytes(int name) => _bytes.AsSpan(_names[name].Start, _names[name].Length);

    /// <summary>The number of a name, a new one if need be.</summary>
    public int Of(ReadOnlySpan<byte> name)
    {
        var hash = Hash(name);
        var slot = hash & (_slots.Length - 1);
        while (_slots[slot] is var found and > 0)
        {
            if (_names[found - 1].Hash == hash && Bytes(found - 1).SequenceEqual(name))
            {
                return found - 1;
            }

            slot = (slot + 1) & (_slots.Length - 1);
        }

        Append(name, hash);
        _slots[slot] = Count;
        if (Count * 2 > _slots.Length)
        {
            Grow();
        }

        return Count - 1;
    }

    private static int Hash(ReadOnlySpan<byte> name)
    {
        var hash = s_seed ^ (uint)name.Length;
        while (name.Length >= sizeof(ulong))
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(name));
            name = name[sizeof(ulong)..];
        }

        var rest = 0UL;
        foreach (var letter in name)
        {
            rest = (rest << 8) | letter;
        }

        return (int)Fold(hash ^ rest);
    }

    private static ulong Fold(ulong value)
    {
        var high = Math.BigMul(value, 0x9E3779B97F4A7C15 ^ s_seed, out var low);
        return high ^ low;
    }

    private void Append(ReadOnlySpan<byte> name, int hash)
    {
        if (_used + name.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + name.Length));
        }

        if (Count == _names.Length)
        {
            Array.Resize(ref _names, Count * 2);
        }

        name.CopyTo(_bytes.AsSpan(_used));
        _names[Count++] = (hash, _used, name.Length);
        _used += name.Length;
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        for (var i = 0; i < Count; i++)
        {
            var slot = _names[i].Hash & (_slots.Length - 1);
            while (_slots[slot] > 0)
            {
                slot = (slot + 1) & (_slots.Length - 1);
            }

            _slots[slot] = i + 1;
        }
    }
}
