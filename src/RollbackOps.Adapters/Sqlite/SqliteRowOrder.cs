using RollbackOps.Databases;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>The order of rows by key, each column by BINARY; without a key by every column, then by the columns' types.</summary>
/// <param name="key">Which columns are the key; null where the table has none.</param>
internal sealed class SqliteRowOrder(IReadOnlyList<int>? key) : IRowOrder<SqliteValue[]>
{
    public bool HasKey => key is not null;

    public int Compare(SqliteValue[] first, SqliteValue[] second)
    {
        for (var index = 0; index < (key?.Count ?? first.Length); index++)
        {
            var column = key?[index] ?? index;
            var order = SqliteValue.Compare(first[column], second[column]);
            if (order != 0)
            {
                return order;
            }
        }

        for (var column = 0; key is null && column < first.Length; column++)
        {
            var order = SqliteValue.CompareTypes(first[column], second[column]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    public bool AreEqual(SqliteValue[] first, SqliteValue[] second) => first.AsSpan().SequenceEqual(second);
}
