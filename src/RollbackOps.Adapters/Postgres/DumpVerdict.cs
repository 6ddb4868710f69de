namespace RollbackOps.Adapters.Postgres;

/// <summary>What is to become of a statement of a plain SQL dump.</summary>
internal enum DumpVerdictKind
{
    /// <summary>More of it has to be read.</summary>
    Undecided,

    /// <summary>It stays within the database it is run in.</summary>
    Passed,

    /// <summary>It is about the database as a whole; pg_dump's <c>-C</c> writes it.</summary>
    OfDatabase,

    /// <summary>It could reach beyond that database, or nobody can tell.</summary>
    Refused,
}

/// <summary>A verdict, with its reason.</summary>
/// <param name="Kind">What is to become of it.</param>
/// <param name="What">What the statement is; for a refusal in a full clause.</param>
/// <param name="Database">The database that it names, or null.</param>
internal readonly record struct DumpVerdict(DumpVerdictKind Kind, string What = "", string? Database = null)
{
    public static DumpVerdict Undecided { get; } = new(DumpVerdictKind.Undecided);

    public static DumpVerdict Passed { get; } = new(DumpVerdictKind.Passed);

    public static DumpVerdict Refused(string why) => new(DumpVerdictKind.Refused, why);

    public static DumpVerdict OfDatabase(string what, string? database) => new(DumpVerdictKind.OfDatabase, what, database);
}
