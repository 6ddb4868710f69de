using RollbackOps.Databases;
using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>What is known of the database's schema and of the target.</summary>
internal sealed record SchemaEvidence
{
    /// <summary>The migrations that were applied, or null where that is not known.</summary>
    public AppliedMigrations? Applied { get; init; }

    /// <summary>Why they are not known.</summary>
    public string? Unread { get; init; }

    /// <summary>The range that the target declares, or null.</summary>
    public SchemaRange? Declared { get; init; }

    /// <summary>The migrations at the live deployment's commit, oldest first; null where they are not known.</summary>
    public IReadOnlyList<KnownMigration>? Current { get; init; }

    /// <summary>The migrations at the target's commit, oldest first; null where they are not known.</summary>
    public IReadOnlyList<KnownMigration>? Target { get; init; }

    /// <summary>Why those are not known.</summary>
    public string? Unlisted { get; init; }
}

/// <summary>Whether a target works with the database as it is.</summary>
/// <param name="Fits">Whether it does; null where nothing tells.</param>
/// <param name="Detail">Why, as a sentence without its end.</param>
/// <param name="Between">The migrations that one of them has and the other has not.</param>
internal sealed record SchemaFit(bool? Fits, string Detail, IReadOnlyList<string> Between);

/// <summary>
/// Holds the database's level against what a target supports (S28): the range that it declares, else the migrations at its
/// commit. What cannot be told is said so, and never taken for a fit.
/// </summary>
internal static class SchemaJudge
{
    public static SchemaFit Of(SchemaEvidence evidence)
    {
        if (evidence.Applied is not { } applied)
        {
            return Unknown(evidence.Unread
                ?? "the database does not tell its level: no migration tool left its table there, and no database.migrationQuery is configured");
        }

        if (evidence.Declared is { } declared)
        {
            return ByRange(applied, declared, evidence);
        }

        if (applied.Tool is null)
        {
            return Unknown($"the database is at {applied} by the configured query, and the target declares no range (schemaMin, schemaMax)");
        }

        return evidence.Target is { Count: > 0 } target
            ? ByFiles(applied, target, evidence.Current ?? [])
            : Unknown($"the database is at {applied}, and {evidence.Unlisted ?? $"no migration of {applied.Tool} is found at the target's commit"}");
    }

    private static SchemaFit ByRange(AppliedMigrations applied, SchemaRange declared, SchemaEvidence evidence)
    {
        var told = $"the database is at {applied}, and the target declares {declared}";
        if (applied.Level is not { } level)
        {
            return declared.Min is null ? new SchemaFit(true, told, []) : new SchemaFit(false, told, []);
        }

        var name = NameOf(level, evidence);
        var min = BoundOf(applied.Tool, declared.Min);
        var max = BoundOf(applied.Tool, declared.Max) ?? (evidence.Target is { Count: > 0 } target ? target[^1].Name : null);
        if (name is null || max is null || !AreComparable(applied.Tool, name, min) || !AreComparable(applied.Tool, name, max))
        {
            return Unknown($"{told}, which cannot be held against each other");
        }

        var isIn = (min is null || IsAt(name, min) || NaturalOrder.Compare(name, min) > 0)
            && (IsAt(name, max) || NaturalOrder.Compare(name, max) < 0);
        return new SchemaFit(isIn, told, isIn || evidence.Target is null ? [] : Ahead(applied, evidence.Target, evidence.Current ?? []) ?? []);
    }

    private static SchemaFit ByFiles(
        AppliedMigrations applied, IReadOnlyList<KnownMigration> target, IReadOnlyList<KnownMigration> current)
    {
        if (Ahead(applied, target, current) is not { } ahead)
        {
            return Unknown($"the database is at {applied}, which has no migration in common with the target's commit");
        }

        var behind = Behind(applied, target);
        var newest = target[^1].Name;
        return (ahead.Count, behind.Count) switch
        {
            (0, 0) => new SchemaFit(true, $"the database is at {applied}, the newest that the target has", []),
            (0, _) => new SchemaFit(false, $"the database is at {applied}, and the target needs {Listed(behind)}", behind),
            (_, 0) => new SchemaFit(false, $"the database is at {applied}, and the target has migrations up to {newest}; in between: {Listed(ahead)}", ahead),
            _ => new SchemaFit(false,
                $"the database is at {applied}; the target has migrations up to {newest}, knows nothing of {Listed(ahead)}, and needs {Listed(behind)}",
                [.. ahead, .. behind]),
        };
    }

    /// <summary>
    /// The applied migrations that the target does not know, newest first; null where it knows none of them. Old ones that
    /// neither commit has were merged into others long ago, or are those of a library.
    /// </summary>
    private static List<string>? Ahead(
        AppliedMigrations applied, IReadOnlyList<KnownMigration> target, IReadOnlyList<KnownMigration> current)
    {
        var known = Levels(applied, target);
        var live = Levels(applied, current);
        var own = Own(applied, target, current);
        var first = own.FindIndex(known.Contains);
        return own.Count > 0 && first < 0
            ? null
            : [.. own.Where((level, index) => !known.Contains(level) && (index < first || live.Contains(level)))
                .Select(level => Named(level, target, current))];
    }

    /// <summary>The migrations newer than any applied one that the target has and the database has not.</summary>
    private static List<string> Behind(AppliedMigrations applied, IReadOnlyList<KnownMigration> target)
    {
        var levels = applied.Applied.Select(level => KnownMigrations.Normal(applied.Tool!, level)).ToHashSet(StringComparer.Ordinal);
        return [.. target.SkipWhile(one => levels.Count > 0 && !levels.Contains(one.Level))
            .Where(one => !levels.Contains(one.Level)).Select(one => one.Name)];
    }

    /// <summary>The applied ones as they are compared; Django's table holds those of every library, too.</summary>
    private static List<string> Own(
        AppliedMigrations applied, IReadOnlyList<KnownMigration> target, IReadOnlyList<KnownMigration> current)
    {
        var levels = applied.Applied.Select(level => KnownMigrations.Normal(applied.Tool!, level));
        if (applied.Tool != MigrationTable.Django)
        {
            return [.. levels];
        }

        var apps = target.Concat(current).Select(one => AppOf(one.Level)).ToHashSet(StringComparer.Ordinal);
        return [.. levels.Where(level => apps.Contains(AppOf(level)))];
    }

    private static HashSet<string> Levels(AppliedMigrations applied, IReadOnlyList<KnownMigration> known) =>
        known.Select(one => KnownMigrations.Normal(applied.Tool!, one.Level)).ToHashSet(StringComparer.Ordinal);

    private static string Named(string level, IReadOnlyList<KnownMigration> target, IReadOnlyList<KnownMigration> current) =>
        Inert.Line(current.Concat(target).FirstOrDefault(one => one.Level == level)?.Name ?? level);

    /// <summary>What a range is held against: Drizzle's table holds hashes, and a range names the files.</summary>
    private static string? NameOf(string level, SchemaEvidence evidence) => evidence.Applied!.Tool != MigrationTable.Drizzle
        ? BoundOf(evidence.Applied.Tool, level)
        : (evidence.Current ?? []).Concat(evidence.Target ?? []).FirstOrDefault(one => one.Level == level)?.Name;

    private static string? BoundOf(string? tool, string? level) =>
        tool is null || level is null ? level : KnownMigrations.Normal(tool, level);

    /// <summary>Whether two levels lie in one row: Django counts in each application anew.</summary>
    private static bool AreComparable(string? tool, string level, string? bound) =>
        tool != MigrationTable.Django || bound is null || AppOf(level) == AppOf(bound);

    private static string AppOf(string level) => level.Split('.', 2)[0];

    /// <summary>Whether a level is a bound itself, which may leave out the words behind the number.</summary>
    private static bool IsAt(string level, string bound) =>
        level == bound || level.StartsWith(bound + "_", StringComparison.Ordinal);

    private static string Listed(List<string> names) => names.Count <= 5
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(5))} and {names.Count - 5} more";

    private static SchemaFit Unknown(string why) => new(null, why, []);
}
