using System.Diagnostics;
using System.Globalization;
using RollbackOps.Adapters.Tests.Postgres;
using RollbackOps.Databases;

namespace RollbackOps.Bench.Databases;

/// <summary>Restores of a PostgreSQL database beside a bare <c>pg_restore -j 2</c> and the document's <c>psql</c>, in turn, in one run.</summary>
internal static class PostgresComparison
{
    private const string Database = "shop";
    private const int Connections = 50;

    // pgbench's scale: 15 MB each.
    private static readonly int[] s_scales = [1, 80];

    public static async Task RunAsync(int rounds)
    {
        using var cluster = new PostgresCluster("max_connections=150", "shared_buffers=512MB", "max_wal_size=4GB");
        foreach (var scale in s_scales)
        {
            await RunAsync(cluster, scale, rounds);
        }

        using var self = Process.GetCurrentProcess();
        Console.WriteLine($"process peak {self.PeakWorkingSet64 / 1e6:0} MB");
    }

    private static async Task RunAsync(PostgresCluster cluster, int scale, int rounds)
    {
        using var project = new DatabaseProject(_ =>
            $$"""{ "timeout": "1m", "postgres": { "host": "{{cluster.Folder}}", "name": "{{Database}}", "user": "{{PostgresCluster.Superuser}}", "tools": "{{PostgresCluster.Programs}}", "jobs": 2, "keptDump": "never" } }""");
        cluster.Run("postgres", $"CREATE DATABASE {Database}");
        DatabaseProject.Time([Program("pgbench"), "-i", "-q", "-s", scale.ToString(CultureInfo.InvariantCulture), .. To(cluster, Database)]);
        Console.WriteLine($"PostgreSQL, {cluster.Ask(Database, $"SELECT pg_size_pretty(pg_database_size('{Database}'))")}");
        var watch = Stopwatch.StartNew();
        var backup = await project.BackUpAsync();
        Console.WriteLine($"Backup-Database {watch.Elapsed.TotalMilliseconds:0} ms, {backup.Size / 1e6:0} MB");
        var plain = project["plain.sql"];
        DatabaseProject.Time("sh", "-c", $"'{Program("pg_dump")}' -h '{cluster.Folder}' -U {PostgresCluster.Superuser} {Database} > '{plain}'");

        var (bare, document, aside, checks, ratios, alone, outages, gaps) =
            (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var (created, restored, analyzed) = Bare(cluster, () =>
                DatabaseProject.Time([Program("pg_restore"), "-j", "2", "--exit-on-error", .. To(cluster, "bare"), backup.Path]));
            bare.Add(restored);
            document.Add(Bare(cluster, () => DatabaseProject.Time("sh", "-c",
                $"'{Program("psql")}' -q -X -h '{cluster.Folder}' -U {PostgresCluster.Superuser} -d bare < '{plain}'")).Restored);

            var result = await project.RestoreAsync(backup);
            aside.Add(DatabaseProject.Milliseconds(result, RestoreStepKind.RestoreAside));
            ratios.Add((aside[^1] - created - analyzed) / restored);
            checks.Add(DatabaseProject.Milliseconds(result, RestoreStepKind.Check));
            alone.Add(result.Outage!.Value.TotalMilliseconds);
            DropKept(cluster, result);

            using var clients = new ClientProcess(cluster.Folder, Database, Connections);
            result = await project.RestoreAsync(backup);
            gaps.Add(clients.End());
            outages.Add(result.Outage!.Value.TotalMilliseconds);
            DropKept(cluster, result);
        }

        Figures.Print("pg_restore -j 2, ms", bare);
        Figures.Print("psql < plain.sql, ms", document);
        Figures.Print("restored aside, with CREATE DATABASE and ANALYZE, ms", aside);
        Figures.Print("that less a bare CREATE and ANALYZE, to pg_restore", ratios);
        Figures.Print("checks, ms", checks);
        Figures.Print("outage, nobody connected, ms", alone);
        Figures.Print($"outage with {Connections} connections, ms", outages);
        Figures.Print("longest wait of a client that writes and reconnects, ms", gaps);
        cluster.Run("postgres", $"DROP DATABASE {Database} WITH (FORCE)");
    }

    private static void DropKept(PostgresCluster cluster, DatabaseRestoreResult result) =>
        cluster.Run("postgres", $"DROP DATABASE \"{result.Kept!.Split('/')[^1]}\" WITH (FORCE)");

    private static (double Created, double Restored, double Analyzed) Bare(PostgresCluster cluster, Func<double> restore)
    {
        var created = Time(() => cluster.Run("postgres", "CREATE DATABASE bare TEMPLATE template0"));
        var restored = restore();
        var analyzed = Time(() => cluster.Run("bare", "ANALYZE"));
        cluster.Run("postgres", "DROP DATABASE bare");
        return (created, restored, analyzed);
    }

    private static double Time(Action act)
    {
        var watch = Stopwatch.StartNew();
        act();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static string Program(string name) => Path.Combine(PostgresCluster.Programs, name);

    private static string[] To(PostgresCluster cluster, string database) => ["-h", cluster.Folder, "-U", PostgresCluster.Superuser, "-d", database];
}
