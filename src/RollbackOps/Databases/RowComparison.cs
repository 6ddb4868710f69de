using System.Runtime.CompilerServices;

namespace RollbackOps.Databases;

/// <summary>
/// Finds what two states of a table differ in, in one pass over both and with two rows in memory: for the writes that a
/// restore left behind, the kept table minus the backup's (S30). Never minus the running one: it gives the same ids to
/// other rows.
/// </summary>
internal static class RowComparison
{
    /// <summary>Compares rows that come in the order of their keys.</summary>
    /// <param name="before">The rows as the backup has them.</param>
    /// <param name="after">The rows as they were left behind; of the same columns.</param>
    /// <param name="order">Their order.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidOperationException">
    /// The rows are not in order, or a key comes twice: what was found so far may be wrong.
    /// </exception>
    public static async IAsyncEnumerable<RowChange<TRow>> CompareAsync<TRow>(
        IAsyncEnumerable<TRow> before,
        IAsyncEnumerable<TRow> after,
        IRowOrder<TRow> order,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where TRow : class
    {
        await using var old = new OrderedRows<TRow>(before, order, cancellationToken);
        await using var left = new OrderedRows<TRow>(after, order, cancellationToken);
        await old.MoveNextAsync();
        await left.MoveNextAsync();
        while (old.Current is not null || left.Current is not null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var side = old.Current is null ? 1 : left.Current is null ? -1 : order.Compare(old.Current, left.Current);
            if (side < 0)
            {
                yield return new RowChange<TRow>(RowChangeKind.Deleted, old.Current, After: null);
            }
            else if (side > 0)
            {
                yield return new RowChange<TRow>(RowChangeKind.Inserted, Before: null, left.Current);
            }
            else if (!order.AreEqual(old.Current!, left.Current!))
            {
                yield return new RowChange<TRow>(RowChangeKind.Changed, old.Current, left.Current);
            }

            if (side <= 0)
            {
                await old.MoveNextAsync();
            }

            if (side >= 0)
            {
                await left.MoveNextAsync();
            }
        }
    }

    /// <summary>Rows one at a time, held to their order.</summary>
    private sealed class OrderedRows<TRow>(
        IAsyncEnumerable<TRow> rows, IRowOrder<TRow> order, CancellationToken cancellationToken) : IAsyncDisposable
        where TRow : class
    {
        private readonly IAsyncEnumerator<TRow> _rows = rows.GetAsyncEnumerator(cancellationToken);

        /// <summary>The row it is at; null behind the last.</summary>
        public TRow? Current { get; private set; }

        public async Task MoveNextAsync()
        {
            var last = Current;
            Current = await _rows.MoveNextAsync() ? _rows.Current : null;
            if (last is null || Current is null)
            {
                return;
            }

            var side = order.Compare(last, Current);
            if (side > 0 || (side == 0 && order.HasKey))
            {
                throw new InvalidOperationException(side > 0 ? "The rows are not in the order of their keys." : "A key comes twice.");
            }
        }

        public ValueTask DisposeAsync() => _rows.DisposeAsync();
    }
}
