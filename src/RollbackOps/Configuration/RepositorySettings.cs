namespace RollbackOps.Configuration;

/// <summary>The repository section.</summary>
public sealed record RepositorySettings
{
    internal RepositorySettings()
    {
    }

    /// <summary>The working copy or bare repository, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The name of the remote that counts. Default <c>origin</c>.</summary>
    public string Remote { get; init; } = "origin";

    /// <summary>The production branch. Default <c>main</c>.</summary>
    public string Branch { get; init; } = "main";

    /// <summary>Glob patterns of paths that hold database migrations (S28).</summary>
    public IReadOnlyList<string> Migrations { get; init; } = UsualMigrations;

    /// <summary>Where the usual tools keep theirs: Prisma, Knex and Django; EF Core; Flyway; Drizzle.</summary>
    internal static IReadOnlyList<string> UsualMigrations { get; } =
    [
        "migrations/**", "**/migrations/**", "Migrations/**", "**/Migrations/**", "db/migration/**", "**/db/migration/**",
        "drizzle/**", "**/drizzle/**",
    ];

    /// <summary>How a rollback by git goes. Default <see cref="GitRollback.Revert"/> (S22).</summary>
    public GitRollback Rollback { get; init; }

    /// <summary>
    /// The development branch, or null. Where it is named, a rollback by git brings it along: the production branch is
    /// merged into it.
    /// </summary>
    public string? DevelopmentBranch { get; init; }

    /// <summary>
    /// A regular expression for the subjects and tags of commits that were deployed, for platforms without a history of
    /// their own. Default: the procedure's.
    /// </summary>
    public string DeploymentPattern { get; init; } = "✅|PROD|deployment";
}

/// <summary>How a rollback by git goes (S22).</summary>
public enum GitRollback
{
    /// <summary>One commit on top of the production branch takes the range back; the history stays.</summary>
    Revert,

    /// <summary>The production branch is set back to the target, if it is still what the plan saw.</summary>
    ForcePush,
}
