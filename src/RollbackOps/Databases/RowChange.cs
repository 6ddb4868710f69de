namespace RollbackOps.Databases;

/// <summary>What became of a row.</summary>
internal enum RowChangeKind
{
    /// <summary>It was not there before.</summary>
    Inserted,

    /// <summary>Its key was there, with other values.</summary>
    Changed,

    /// <summary>It is there no more.</summary>
    Deleted,
}

/// <summary>A row that two states of a table differ in.</summary>
/// <typeparam name="TRow">A row, as the database's engine reads it.</typeparam>
/// <param name="Kind">What became of it.</param>
/// <param name="Before">Its values before; null where it was not there.</param>
/// <param name="After">Its values after; null where it is there no more.</param>
internal sealed record RowChange<TRow>(RowChangeKind Kind, TRow? Before, TRow? After)
    where TRow : class;
