using System.Globalization;

namespace RollbackOps.Databases;

/// <summary>The order of rows given as texts; see <see cref="RowOrder"/>.</summary>
/// <param name="keyColumns">How many columns, from the first, are the key; null where the table has none.</param>
/// <param name="isWhole">For each of them, whether it holds whole numbers and is ordered as such; null for texts throughout.</param>
internal sealed class TextRowOrder(int? keyColumns, IReadOnlyList<bool>? isWhole = null) : IRowOrder<IReadOnlyList<string?>>
{
    public bool HasKey => keyColumns is not null;

    public int Compare(IReadOnlyList<string?> first, IReadOnlyList<string?> second)
    {
        if (isWhole is null)
        {
            return RowOrder.Compare(first, second, keyColumns);
        }

        for (var column = 0; column < keyColumns; column++)
        {
            var order = isWhole[column]
                ? Number(first[column]).CompareTo(Number(second[column]))
                : RowOrder.Compare(first[column], second[column]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    public bool AreEqual(IReadOnlyList<string?> first, IReadOnlyList<string?> second) => first.SequenceEqual(second, StringComparer.Ordinal);

    private static long Number(string? text) => text is null ? long.MinValue : long.Parse(text, CultureInfo.InvariantCulture);
}
