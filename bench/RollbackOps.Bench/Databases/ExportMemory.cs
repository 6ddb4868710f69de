using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using RollbackOps.Adapters.Tests.Postgres;

namespace RollbackOps.Bench.Databases;

/// <summary>
/// What this process holds at most while it exports many lost changes, by the operating system's own count; one engine in one
/// process, since the peak is the process's.
/// </summary>
internal static class ExportMemory
{
    // Each row of the table has a note of so many characters.
    private const int RowSize = 1000;

    public static async Task PostgresAsync(int megabytes)
    {
        using var cluster = new PostgresCluster("shared_buffers=512MB", "max_wal_size=4GB");
        cluster.Run("postgres", "CREATE DATABASE shop");
        cluster.Run("shop", "CREATE TABLE messages (id bigserial PRIMARY KEY, body text NOT NULL)");
        using var project = new DatabaseProject(_ =>
            $$"""{ "timeout": "1m", "postgres": { "host": "{{cluster.Folder}}", "name": "shop", "user": "{{PostgresCluster.Superuser}}", "tools": "{{PostgresCluster.Programs}}", "keptDump": "never" } }""");
        await ExportAsync(project, megabytes, () => cluster.Run("shop", string.Create(CultureInfo.InvariantCulture,
            $"INSERT INTO messages (body) SELECT repeat(md5(i::text), {RowSize / 32}) FROM generate_series(1, {Rows(megabytes)}) i")));
    }

    public static async Task SqliteAsync(int megabytes)
    {
        using var project = new DatabaseProject(_ => """{ "path": "app.db", "timeout": "1m" }""");
        Run(project["app.db"], "CREATE TABLE messages (id INTEGER PRIMARY KEY, body TEXT NOT NULL)");
        await ExportAsync(project, megabytes, () => Run(project["app.db"], string.Create(CultureInfo.InvariantCulture, $"""
            PRAGMA synchronous = off;
            INSERT INTO messages (body) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows(megabytes)})
                SELECT hex(randomblob({RowSize / 2})) FROM n;
            """)));
    }

    private static async Task ExportAsync(DatabaseProject project, int megabytes, Action write)
    {
        var backup = await project.BackUpAsync();
        write();
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{megabytes} MB written since the backup; process peak so far {self.PeakWorkingSet64 / 1e6:0} MB"));
        var watch = Stopwatch.StartNew();
        var result = await project.RestoreAsync(backup, exports: true);
        self.Refresh();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.LostChanges!.Inserted} rows exported, restore and export {watch.Elapsed.TotalSeconds:0.0} s; process peak {self.PeakWorkingSet64 / 1e6:0} MB; {result.LostChanges.Error}"));
    }

    private static long Rows(int megabytes) => megabytes * 1_000_000L / RowSize;

    private static void Run(string file, string statements)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statements;
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }
}
