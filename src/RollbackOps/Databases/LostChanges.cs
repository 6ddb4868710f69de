using System.Text.Json.Serialization;

namespace RollbackOps.Databases;

/// <summary>What became of a table between a backup and the database that was swapped out.</summary>
public enum TableFate
{
    /// <summary>It is in both; its rows were compared.</summary>
    Compared,

    /// <summary>The backup lacks it as a whole.</summary>
    Added,

    /// <summary>The database that was swapped out has it no more.</summary>
    Dropped,
}

/// <summary>The rows of one table that a backup lacks or has otherwise.</summary>
public sealed record TableChanges
{
    [JsonConstructor]
    internal TableChanges()
    {
    }

    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>What became of the table itself.</summary>
    public TableFate Fate { get; init; }

    /// <summary>The columns of its key; empty where it has none: then equal rows are counted, and none is changed.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>The columns whose values are exported. Generated ones are not: they follow from the others.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The types of these columns, as the database names them.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>The columns that the backup lacks.</summary>
    public IReadOnlyList<string> AddedColumns { get; init; } = [];

    /// <summary>The columns that only the backup has.</summary>
    public IReadOnlyList<string> DroppedColumns { get; init; } = [];

    /// <summary>How many rows the backup lacks.</summary>
    public long Inserted { get; init; }

    /// <summary>How many rows it has with other values.</summary>
    public long Changed { get; init; }

    /// <summary>How many rows only the backup has.</summary>
    public long Deleted { get; init; }

    /// <summary>The file of these rows in the export's folder, one JSON object a line; null where there is none.</summary>
    public string? File { get; init; }

    /// <summary>Its SHA-256, in hexadecimal.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The table in one line.</summary>
    public override string ToString() =>
        $"{Table}: {Inserted} inserted, {Changed} changed, {Deleted} deleted{(Fate == TableFate.Compared ? "" : $" ({Fate})")}";
}

/// <summary>
/// The export of the writes that a swap left behind: the database that was swapped out minus the backup, never minus the
/// one that is live now, whose ids belong to other rows (S30).
/// </summary>
public sealed record LostChanges
{
    [JsonConstructor]
    internal LostChanges()
    {
    }

    /// <summary>The database whose writes these are.</summary>
    public required string Database { get; init; }

    /// <summary>The backup that it was compared with.</summary>
    public required string Backup { get; init; }

    /// <summary>The folder of the export, absolute: a manifest, the rows of each table, and a script; null where there is none.</summary>
    public string? Folder { get; init; }

    /// <summary>How many rows the backup lacks, large objects included.</summary>
    public long Inserted { get; init; }

    /// <summary>How many it has with other values.</summary>
    public long Changed { get; init; }

    /// <summary>How many only the backup has.</summary>
    public long Deleted { get; init; }

    /// <summary>The tables that differ, and <see cref="LargeObjects"/> beside them.</summary>
    public IReadOnlyList<TableChanges> Tables { get; init; } = [];

    /// <summary>PostgreSQL's large objects, by oid and hash; null where none differs.</summary>
    public TableChanges? LargeObjects { get; init; }

    /// <summary>What a person should know of it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Why there is no export; null where there is one. A failing export fails nothing else.</summary>
    public string? Error { get; init; }

    /// <summary>Whether it was stopped (S20).</summary>
    public bool IsStopped { get; init; }

    /// <summary>The export in one line.</summary>
    public override string ToString() => Error is null
        ? $"{Inserted} inserted, {Changed} changed, {Deleted} deleted: {Folder}"
        : $"not exported: {Error}";
}
