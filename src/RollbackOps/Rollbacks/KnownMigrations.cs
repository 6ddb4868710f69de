using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using RollbackOps.Databases;
using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>A migration that a commit holds.</summary>
/// <param name="Level">What the tool's table in the database calls it.</param>
/// <param name="Name">What people call it.</param>
internal sealed record KnownMigration(string Level, string Name)
{
    public KnownMigration(string level)
        : this(level, level)
    {
    }
}

/// <summary>Tells the migrations that a commit holds by the names of its files, as each tool names them (S28).</summary>
internal static partial class KnownMigrations
{
    /// <summary>The migrations of a commit, oldest first.</summary>
    public static async Task<IReadOnlyList<KnownMigration>> ReadAsync(
        IRepository repository, string commit, string tool, CancellationToken cancellationToken)
    {
        var paths = await repository.ListMigrationsAsync(commit, cancellationToken);
        return tool == MigrationTable.Drizzle
            ? await DrizzleAsync(repository, commit, paths, cancellationToken)
            : [.. paths.Select(path => LevelOf(tool, path)).OfType<string>().Distinct()
                .Order(Comparer<string>.Create(NaturalOrder.Compare)).Select(level => new KnownMigration(level))];
    }

    /// <summary>What a tool's table calls the migration in a file, or null where the file is none.</summary>
    public static string? LevelOf(string tool, string path)
    {
        var parts = path.Split('/');
        var file = parts[^1];
        return tool switch
        {
            MigrationTable.Prisma => file == "migration.sql" && parts.Length > 1 ? parts[^2] : null,
            MigrationTable.Knex => Match(KnexFile(), file),
            MigrationTable.Flyway => Match(FlywayFile(), file)?.Replace('_', '.'),
            MigrationTable.EfCore => Match(EfCoreFile(), file),
            MigrationTable.Django => parts.Length > 2 && parts[^2] == "migrations" && Match(DjangoFile(), file) is { } name
                ? $"{parts[^3]}.{name}"
                : null,
            _ => null,
        };
    }

    /// <summary>A level as it is compared: Knex's table names the file that ran, compiled or not.</summary>
    public static string Normal(string tool, string level) =>
        tool == MigrationTable.Knex ? Match(KnexFile(), level) ?? level : level;

    /// <summary>Drizzle's journal names the files in their order; its table knows them by their hash.</summary>
    private static async Task<IReadOnlyList<KnownMigration>> DrizzleAsync(
        IRepository repository, string commit, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        const string Journal = "meta/_journal.json";
        var known = new List<KnownMigration>();
        foreach (var journal in paths.Where(path => path == Journal || path.EndsWith("/" + Journal, StringComparison.Ordinal)))
        {
            var folder = journal[..^Journal.Length];
            var files = await repository.ReadFilesAsync(
                commit, [journal, .. paths.Where(path => path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith(".sql", StringComparison.Ordinal))],
                cancellationToken);
            known.AddRange(Tags(files.GetValueOrDefault(journal))
                .Where(tag => files.ContainsKey($"{folder}{tag}.sql"))
                .Select(tag => new KnownMigration(Convert.ToHexString(SHA256.HashData(files[$"{folder}{tag}.sql"])).ToLowerInvariant(), tag)));
        }

        return known;
    }

    /// <summary>The tags of a journal in their order; none where it is no such journal.</summary>
    private static List<string> Tags(byte[]? journal)
    {
        try
        {
            using var document = JsonDocument.Parse(journal ?? "{}"u8.ToArray());
            return document.RootElement.TryGetProperty("entries", out var entries)
                ? [.. entries.EnumerateArray().Select(entry => entry.GetProperty("tag").GetString()).OfType<string>()]
                : [];
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return [];
        }
    }

    private static string? Match(Regex pattern, string text) => pattern.Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"\A(.+)\.(?:js|cjs|mjs|ts|cts|mts|coffee|sql)\z")]
    private static partial Regex KnexFile();

    [GeneratedRegex(@"\AV([0-9]+(?:[._][0-9]+)*)__.*\.[A-Za-z]+\z")]
    private static partial Regex FlywayFile();

    [GeneratedRegex(@"\A([0-9]{8,}_\w+)\.(?:cs|vb)\z")]
    private static partial Regex EfCoreFile();

    [GeneratedRegex(@"\A([0-9]{4}_\w+)\.py\z")]
    private static partial Regex DjangoFile();
}
