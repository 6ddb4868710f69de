using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using RollbackOps.Databases;

namespace RollbackOps.Bench.Databases;

/// <summary>Restores of a SQLite file beside <c>cp</c> and a sync of it, in turn, in one run.</summary>
internal static class SqliteComparison
{
    private static readonly int[] s_megabytes = [10, 1100];

    public static async Task RunAsync(int rounds)
    {
        foreach (var megabytes in s_megabytes)
        {
            await RunAsync(megabytes, rounds);
        }

        using var self = Process.GetCurrentProcess();
        Console.WriteLine($"process peak {self.PeakWorkingSet64 / 1e6:0} MB");
    }

    private static async Task RunAsync(int megabytes, int rounds)
    {
        using var project = new DatabaseProject(_ => """{ "path": "app.db", "timeout": "1m" }""");
        var file = project["app.db"];
        Fill(file, megabytes);
        DatabaseProject.Time("sync");
        var size = new FileInfo(file).Length;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"SQLite, {size / 1e6:0} MB"));
        DatabaseBackup backup = null!;
        var (backups, unsynced, copies, asides, checks, outages, inPlace, ratios) =
            (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            backup = await project.BackUpAsync();
            backups.Add(watch.Elapsed.TotalMilliseconds);
            unsynced.Add(DatabaseProject.Time("cp", backup.Path, project["copy"]));
            DatabaseProject.Time("sync");
            File.Delete(project["copy"]);
            copies.Add(DatabaseProject.Time("sh", "-c", $"cp '{backup.Path}' '{project["copy"]}' && sync '{project["copy"]}'"));
            File.Delete(project["copy"]);
            DatabaseProject.Time("sync");
            var result = await project.RestoreAsync(backup);
            asides.Add(DatabaseProject.Milliseconds(result, RestoreStepKind.RestoreAside));
            ratios.Add(copies[^1] / asides[^1]);
            checks.Add(DatabaseProject.Milliseconds(result, RestoreStepKind.Check));
            outages.Add(result.Outage!.Value.TotalMilliseconds);
            File.Delete(result.Kept!);
            var written = await project.RestoreAsync(backup, inPlace: true);
            inPlace.Add(written.Outage!.Value.TotalMilliseconds);
            File.Delete(written.Kept!);
            File.Delete(backup.Path);
            File.Delete(backup.Path + ".manifest.json");
        }

        Figures.Print("Backup-Database, ms", backups);
        Figures.Print("cp, not synced, ms", unsynced);
        Figures.Print("cp and sync, ms", copies);
        Figures.Print("restored aside (copied, hashed, synced), ms", asides);
        Figures.Print("speed of that against cp", ratios);
        Figures.Print("checks, ms", checks);
        Figures.Print("outage by rename, ms", outages);
        Figures.Print("outage in place, ms", inPlace);
    }

    private static void Fill(string file, int megabytes)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
            PRAGMA journal_mode = wal; PRAGMA synchronous = off;
            CREATE TABLE messages (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL);
            INSERT INTO messages (at, body) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {megabytes * 2200})
                SELECT i, hex(randomblob(200)) FROM n;
            CREATE INDEX by_time ON messages (at);
            PRAGMA wal_checkpoint(TRUNCATE);
            """);
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }
}
