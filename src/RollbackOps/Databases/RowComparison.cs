using System.Runtime.CompilerServices;

namespace RollbackOps.Databases;

/// <summary>
/// Finds what two states of a table differ in, in one pass over both and with two rows in memory: for the writes that a
/// restore left behind, the kept table minus the backup's (S30). Never minus the running one: it gives the same ids to
/// other rows.
/// </summary>
internal static class RowComparison
{
    /// <summary>Compares rows that come in the order of their keys; see <see cref="RowOrder"/>.</summary>
    /// <param name="before">The rows as the backup has them.</param>
    /// <param name="after">The rows as they were left behind; of the same columns, the key's first.</param>
    /// <param name="keyColumns">
    /// How many columns are the key; null for a table without one: then a row is its own key, equal rows are counted, and
    /// none is changed.
    /// </param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidOperationException">
    /// The rows are not in order, or a key comes twice: what was found so far may be wrong.
    /// </exception>
    public static async IAsyncEnumerable<RowChange> CompareAsync(
        IAsyncEnumerable<IReadOnlyList<string?>> before,
        IAsyncEnumerable<IReadOnlyList<string?>> after,
        int? keyColumns,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var old = new OrderedRows(before, keyColumns, cancellationToken);
        await using var left = new OrderedRows(after, keyColumns, cancellationToken);
        await old.MoveNextAsync();
        await left.MoveNextAsync();
        while (old.Current is not null || left.Current is not null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var order = old.Current is null ? 1 : left.Current is null ? -1 : RowOrder.Compare(old.Current, left.Current, keyColumns);
            if (order < 0)
            {
                yield return new RowChange(RowChangeKind.Deleted, old.Current, After: null);
            }
            else if (order > 0)
            {
                yield return new RowChange(RowChangeKind.Inserted, Before: null, left.Current);
            }
            else if (RowOrder.Compare(old.Current!, left.Current!, keyColumns: null) != 0)
            {
                yield return new RowChange(RowChangeKind.Changed, old.Current, left.Current);
            }

            if (order <= 0)
            {
                await old.MoveNextAsync();
            }

            if (order >= 0)
            {
                await left.MoveNextAsync();
            }
        }
    }

    /// <summary>Rows one at a time, held to their order.</summary>
    private sealed class OrderedRows(
        IAsyncEnumerable<IReadOnlyList<string?>> rows, int? keyColumns, CancellationToken cancellationToken) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<IReadOnlyList<string?>> _rows = rows.GetAsyncEnumerator(cancellationToken);

        /// <summary>The row it is at; null behind the last.</summary>
        public IReadOnlyList<string?>? Current { get; private set; }

        public async Task MoveNextAsync()
        {
            var last = Current;
            Current = await _rows.MoveNextAsync() ? _rows.Current : null;
            if (last is null || Current is null)
            {
                return;
            }

            var order = RowOrder.Compare(last, Current, keyColumns);
            if (order > 0 || (order == 0 && keyColumns is not null))
            {
                throw new InvalidOperationException(order > 0 ? "The rows are not in the order of their keys." : "A key comes twice.");
            }
        }

        public ValueTask DisposeAsync() => _rows.DisposeAsync();
    }
}
