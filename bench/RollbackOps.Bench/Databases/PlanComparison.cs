using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using RollbackOps.Adapters.Tests.Postgres;
using RollbackOps.Rollbacks;

namespace RollbackOps.Bench.Databases;

/// <summary>
/// How long a plan of <c>Invoke-Rollback</c> takes without a database and with one whose level the schema gate reads: the
/// first in a process, and later ones. Three releases with a migration between the newest two, in a repository of their own.
/// </summary>
internal static class PlanComparison
{
    private const string Migrations = "CREATE TABLE knex_migrations (id integer PRIMARY KEY, name text); INSERT INTO knex_migrations VALUES (1, '1.sql')";

    public static async Task RunAsync(string database, int rounds)
    {
        using var releases = new SampleReleases(3);
        Repository.Make(releases);
        using var cluster = database == "postgres" ? new PostgresCluster() : null;
        var section = database switch
        {
            "postgres" => $$""", "database": { "postgres": { "host": "{{cluster!.Folder}}", "name": "shop", "user": "{{PostgresCluster.Superuser}}", "tools": "{{PostgresCluster.Programs}}" } }""",
            "sqlite" => """, "database": { "path": "app.db" }""",
            _ => string.Empty,
        };
        if (cluster is not null)
        {
            cluster.Run("postgres", "CREATE DATABASE shop");
            cluster.Run("shop", Migrations);
        }
        else if (database == "sqlite")
        {
            using var connection = new SqliteConnection($"Data Source={Path.Combine(releases.Root, "app.db")};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = Migrations;
            command.ExecuteNonQuery();
        }

        await File.WriteAllTextAsync(releases.Configuration,
            $$"""{ "project": "bench", "platform": { "type": "releaseDirectory", "root": "." }, "repository": { "path": "repository" }{{section}} }""");
        var times = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            var context = Contexts.Open(releases);
            var watch = Stopwatch.StartNew();
            var plan = await new RollbackPlanner(context, _ => { }).PlanAsync(new PlanRequest { Reason = "bench" }, CancellationToken.None);
            times.Add(watch.Elapsed.TotalMilliseconds);
            if (round == 0)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{database}: first {times[0]:0} ms, schema gate {plan.SchemaGate}"));
            }
        }

        Figures.Print($"{database}: later plans, ms", times.Skip(1));
    }

    /// <summary>A repository that has both commits; the newer one brings a migration along.</summary>
    private static class Repository
    {
        public static void Make(SampleReleases releases)
        {
            var root = Directory.CreateDirectory(Path.Combine(releases.Root, "repository")).FullName;
            Directory.CreateDirectory(Path.Combine(root, "migrations"));
            Git(root, "init", "--quiet");
            var folders = Directory.GetDirectories(Path.Combine(releases.Root, "releases")).Order(StringComparer.Ordinal).ToList();
            for (var number = 0; number < folders.Count; number++)
            {
                File.WriteAllText(Path.Combine(root, "migrations", $"{Math.Max(number, 1)}.sql"), "SELECT 1;");
                File.WriteAllText(Path.Combine(root, "app.js"), $"{number}");
                Git(root, "add", "--all");
                Git(root, "-c", "user.name=bench", "-c", "user.email=bench@example.com", "commit", "--quiet", "--message", $"change {number}");
                File.WriteAllText(Path.Combine(folders[number], "release.json"),
                    $$"""{"commit":"{{Git(root, "rev-parse", "HEAD").Trim()}}","subject":"change {{number}}","author":"Ada","state":"ready"}""");
            }
        }

        private static string Git(string root, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo("git", ["-C", root, .. arguments]) { RedirectStandardOutput = true })!;
            var said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? said : throw new InvalidOperationException($"git {arguments[0]} ended with {process.ExitCode}");
        }
    }
}
