namespace RollbackOps.Configuration;

/// <summary>The database section.</summary>
public sealed record DatabaseSettings
{
    internal DatabaseSettings()
    {
    }

    /// <summary>The file of an SQLite database, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The folder that backups are kept in, absolute; null for <c>backups/</c> in the state folder.</summary>
    public string? Backups { get; init; }

    /// <summary>How long a connection, a lock or one check may take. Default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A query that gives the schema's migration level; null for the tables of the usual tools (S28).</summary>
    public string? MigrationQuery { get; init; }

    /// <summary>The command that stops the services before a swap (D1), or null.</summary>
    public CommandSettings? Stop { get; init; }

    /// <summary>The command that starts them again, or null.</summary>
    public CommandSettings? Start { get; init; }

    /// <summary>The smoke test after that: when it fails, the former database is swapped back; null for none.</summary>
    public CommandSettings? Smoke { get; init; }

    /// <summary>Audit queries: what must hold among the data.</summary>
    public IReadOnlyList<AuditSettings> Audits { get; init; } = [];
}

/// <summary>One audit query (the procedure's <c>db:audit</c> and <c>db:verify</c>).</summary>
public sealed record AuditSettings
{
    internal AuditSettings()
    {
    }

    /// <summary>Its name, unique among the audits.</summary>
    public required string Name { get; init; }

    /// <summary>The query; it can only read.</summary>
    public required string Query { get; init; }

    /// <summary>What it has to give. Default <see cref="AuditExpectation.NoRows"/>: each row is an offence.</summary>
    public AuditExpectation Expect { get; init; }
}

/// <summary>What an audit query has to give.</summary>
public enum AuditExpectation
{
    /// <summary>No row: each one is an offence.</summary>
    NoRows,

    /// <summary>At least one row.</summary>
    SomeRows,
}
