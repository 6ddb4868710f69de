using System.Text;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Logs;

/// <summary>The names to look for in a line: group 0 is the line itself, each object on the way to a field another.</summary>
internal sealed class FieldTree
{
    private readonly List<List<Entry>> _groups = [[]];
    private readonly List<ulong> _lengths = [0];
    private int _entries;

    public FieldTree(LogFields fields)
    {
        Add(fields.Time, LogSlot.Time);
        Add(fields.Status, LogSlot.Status);
        Add(fields.Duration, LogSlot.Duration);
        Add(fields.Path, LogSlot.Path);
        Add(fields.Client, LogSlot.Client);
        Add(fields.RequestId, LogSlot.RequestId);
        Groups = [.. _groups.Select(group => group.ToArray())];
        Lengths = [.. _lengths];
    }

    private Entry[][] Groups { get; }

    /// <summary>For each group, a bit for each length (modulo 64) that a name of it has: most others end there.</summary>
    private ulong[] Lengths { get; }

    /// <summary>The entry of a name in a group, or null.</summary>
    public Entry? Find(int group, ReadOnlySpan<byte> name)
    {
        if ((Lengths[group] >> (name.Length & 63) & 1) == 0)
        {
            return null;
        }

        foreach (var entry in Groups[group])
        {
            if (name.SequenceEqual(entry.Name))
            {
                return entry;
            }
        }

        return null;
    }

    private void Add(string? path, LogSlot slot)
    {
        if (path is null)
        {
            return;
        }

        var group = 0;
        var names = path.Split('.');
        for (var i = 0; i < names.Length; i++)
        {
            var name = Encoding.UTF8.GetBytes(names[i]);
            var isLast = i == names.Length - 1;
            var entry = isLast ? null : _groups[group].Find(one => one.Group >= 0 && one.Name.AsSpan().SequenceEqual(name));
            if (entry is null)
            {
                entry = new Entry(name, 1u << _entries++, isLast ? (int)slot : -1, isLast ? -1 : _groups.Count);
                _groups[group].Add(entry);
                _lengths[group] |= 1UL << (name.Length & 63);
                if (!isLast)
                {
                    _groups.Add([]);
                    _lengths.Add(0);
                }
            }

            group = entry.Group;
        }
    }

    /// <summary>A name to look for.</summary>
    /// <param name="Name">In UTF-8.</param>
    /// <param name="Bit">Its own bit, set once it was found in a line.</param>
    /// <param name="Slot">The field, or -1.</param>
    /// <param name="Group">The group of names within, or -1.</param>
    internal sealed record Entry(byte[] Name, uint Bit, int Slot, int Group);
}
