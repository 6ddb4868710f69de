using System.Buffers.Binary;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>
/// What the bytes of an SQLite file are for (https://www.sqlite.org/fileformat2.html): the structure, which a check can hold
/// against itself, and the rest, which is rows or unused.
/// </summary>
internal static class SqlitePages
{
    private const int HeaderSize = 100;

    /// <summary>The bytes of the file that are structure, with what they are; the file's own header is not among them.</summary>
    public static Dictionary<int, string> Structure(byte[] file, int pageSize)
    {
        var structure = new Dictionary<int, string>();
        var unused = new HashSet<int>();
        var freelist = Int(file, 32);
        while (freelist != 0)
        {
            var at = (freelist - 1) * pageSize;
            var leaves = Int(file, at + 4);
            Mark(structure, at, 8 + (4 * leaves), "freelist");
            // A page that is free still holds what it held, and nobody reads it.
            unused.UnionWith(Enumerable.Range(0, leaves).Select(leaf => Int(file, at + 8 + (4 * leaf)) - 1));
            freelist = Int(file, at);
        }

        for (var page = 0; page < file.Length / pageSize; page++)
        {
            var at = (page * pageSize) + (page == 0 ? HeaderSize : 0);
            if (!unused.Contains(page) && !structure.ContainsKey(page * pageSize) && file[at] is 2 or 5 or 10 or 13)
            {
                var kind = file[at] is 2 or 10 ? "index" : "table";
                var cells = BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 3));
                Mark(structure, at, (file[at] <= 5 ? 12 : 8) + (2 * cells), kind);
            }
        }

        return structure;
    }

    private static void Mark(Dictionary<int, string> structure, int from, int length, string what)
    {
        for (var at = from; at < from + length; at++)
        {
            structure.TryAdd(at, what);
        }
    }

    private static int Int(byte[] file, int at) => BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
}
