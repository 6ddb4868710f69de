namespace RollbackOps.Databases;

/// <summary>The order that the rows of a table come in, and what two of them have in common.</summary>
/// <typeparam name="TRow">A row, as the database's engine reads it.</typeparam>
internal interface IRowOrder<in TRow>
{
    /// <summary>Whether the table has a key. Without one a row is its own key: equal rows are counted, and none is changed.</summary>
    bool HasKey { get; }

    /// <summary>Below, at or above zero where the first row's key comes before, is, or comes after the second's.</summary>
    int Compare(TRow first, TRow second);

    /// <summary>Whether two rows of one key are the same in every value.</summary>
    bool AreEqual(TRow first, TRow second);
}
