namespace RollbackOps.Databases;

/// <summary>
/// The order of rows given as texts: column by column, absent values first, texts by code point. That is the order of
/// SQLite's BINARY and PostgreSQL's "C" collation over UTF-8, and not that of .NET's strings, which puts characters beyond
/// the basic plane before some within it.
/// </summary>
internal static class RowOrder
{
    /// <summary>Below, at or above zero where the first row comes before, with or after the second.</summary>
    /// <param name="first">A row.</param>
    /// <param name="second">A row of as many columns.</param>
    /// <param name="keyColumns">How many columns count; null for all.</param>
    public static int Compare(IReadOnlyList<string?> first, IReadOnlyList<string?> second, int? keyColumns)
    {
        for (var column = 0; column < (keyColumns ?? first.Count); column++)
        {
            var order = Compare(first[column], second[column]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    /// <summary>The same of two texts.</summary>
    public static int Compare(string? first, string? second)
    {
        if (first is null || second is null)
        {
            return (first is null ? 0 : 1) - (second is null ? 0 : 1);
        }

        var same = first.AsSpan().CommonPrefixLength(second);
        if (same == first.Length || same == second.Length)
        {
            return first.Length - second.Length;
        }

        // Surrogates stand for characters above all others; the common beginning may end within such a pair.
        return Rank(first[same]) - Rank(second[same]);
    }

    private static int Rank(char value) => char.IsSurrogate(value) ? value + char.MaxValue : value;
}
