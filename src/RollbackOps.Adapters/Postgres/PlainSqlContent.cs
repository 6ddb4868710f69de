namespace RollbackOps.Adapters.Postgres;

/// <summary>What a plain SQL dump turned out to hold.</summary>
/// <param name="Statements">How many statements were let through.</param>
/// <param name="LeftOut">The commands about the database itself that were left out, each with its line.</param>
internal sealed record PlainSqlContent(long Statements, IReadOnlyList<string> LeftOut);
