using System.IO.Compression;
using System.Text;
using RollbackOps.Adapters.Postgres;
using RollbackOps.Databases;
using ZstdSharp;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>Every format that a backup of PostgreSQL may have, and what the versions of programs and servers make of it.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresFormatTests(PostgresCluster cluster)
{
    [PostgresTheory]
    [InlineData("own", BackupFormat.PostgresCustom)]
    [InlineData("own folder", BackupFormat.PostgresDirectory)]
    [InlineData(".dir", BackupFormat.PostgresDirectory)]
    [InlineData(".tar", BackupFormat.PostgresTar)]
    [InlineData(".sql", BackupFormat.PlainSql)]
    [InlineData(".sql.gz", BackupFormat.PlainSqlGzip)]
    [InlineData(".sql.zst", BackupFormat.PlainSqlZstd)]
    public async Task Restore_EachFormat_GivesBackEveryRow(string how, BackupFormat format)
    {
        using var world = new PostgresWorld(cluster);
        world.Configure(how == "own folder" ? """, "backupFormat": "directory" """ : null);
        var good = world.Content();
        var backup = how.StartsWith("own", StringComparison.Ordinal)
            ? await world.BackUpAsync()
            : world.Keep(how, path => Write(world, how, path));
        Assert.Equal((format, format), (backup.Format, world.Backups().Single().Format));
        world.Run("DELETE FROM orders; SELECT lo_unlink(4711); DROP TABLE visits_2026; UPDATE customers SET tags = '{}', settings = '[]'");
        var bad = world.Content();

        var result = await world.RestoreAsync(backup, request => request with { KeepServing = true });

        Assert.Equal((RestoreStatus.Succeeded, null), (result.Status, result.Message));
        Assert.Equal(good, world.Content());
        Assert.Equal(bad, world.Content(result.Kept!.Split('/')[^1]));
        // What was corrupt is dumped, too, and never offered as a backup.
        Assert.True(File.Exists(result.KeptDump) || Directory.Exists(result.KeptDump), result.KeptDump);
        Assert.Equal([backup.Name], world.Backups().Select(one => one.Name));
    }

    [PostgresFact]
    public async Task Restore_FolderThatChanged_IsRefused()
    {
        using var world = new PostgresWorld(cluster, orders: 20);
        world.Configure(""", "backupFormat": "directory" """);
        var backup = await world.BackUpAsync();
        var file = Directory.GetFiles(backup.Path).First(path => !path.EndsWith("toc.dat", StringComparison.Ordinal));
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        var flipped = await world.RestoreAsync(backup, request => request with { KeepServing = true });
        File.Delete(file);
        var lacking = world.Backups().Single();

        Assert.Equal((RestoreStatus.Failed, ErrorId.BackupInvalid), (flipped.Status, flipped.Error!.Value));
        Assert.Equal(BackupStatus.Damaged, lacking.Status);
        Assert.Equal([world.Name], world.Databases());
    }

    [PostgresFact]
    public async Task Restore_OfAnotherVersion_SaysWhichOneItTakes()
    {
        using var world = new PostgresWorld(cluster, orders: 1);
        var archive = await File.ReadAllBytesAsync((await world.BackUpAsync()).Path);
        var server = world.Ask("SHOW server_version").Split(' ')[0];
        var newer = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(archive).Replace(server, "99" + server[2..], StringComparison.Ordinal));
        // The archive's own format, which follows its magic: 1.16 is that of PostgreSQL 17.
        archive[6] = 99;

        var format = await RefusedAsync(world.Keep(".dump", path => File.WriteAllBytes(path, archive)));
        var origin = await RefusedAsync(world.Keep(".dump", path => File.WriteAllBytes(path, newer)));
        var plain = await RefusedAsync(world.Keep(cluster.Dump(world.Name).Replace($"from database version {server[..2]}", "from database version 99", StringComparison.Ordinal)));

        Assert.Equal(ErrorId.DatabaseToolUnsuitable, format.Error);
        Assert.Contains("archive format 1.99", format.Message, StringComparison.Ordinal);
        Assert.All(new[] { origin, plain }, refused =>
        {
            Assert.Equal(ErrorId.BackupInvalid, refused.Error);
            Assert.Contains("is of a server of PostgreSQL 99", refused.Message, StringComparison.Ordinal);
            Assert.Contains("PostgreSQL 99 or newer", refused.NextStep, StringComparison.Ordinal);
        });
        Assert.Equal([world.Name], world.Databases());

        async Task<DatabaseRestoreResult> RefusedAsync(DatabaseBackup backup) =>
            await world.RestoreAsync(backup, request => request with { KeepServing = true });
    }

    [PostgresFact]
    public async Task Restore_OlderExtension_KeepsItsVersion()
    {
        using var world = new PostgresWorld(cluster, orders: 1);
        world.Run("DROP EXTENSION amcheck; CREATE EXTENSION amcheck VERSION '1.2'");

        var result = await world.RestoreAsync(await world.BackUpAsync());

        Assert.Equal((RestoreStatus.Succeeded, null), (result.Status, result.Message));
        Assert.Equal("1.2", world.Ask("SELECT extversion FROM pg_extension WHERE extname = 'amcheck'"));
    }

    [Theory]
    [InlineData("pg_restore: error: unsupported version (1.16) in file header", ErrorId.DatabaseToolUnsuitable, "PostgreSQL 17")]
    [InlineData("pg_restore: error: unsupported version (1.15) in file header", ErrorId.DatabaseToolUnsuitable, "PostgreSQL 16")]
    [InlineData("pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter \"transaction_timeout\"", ErrorId.DatabaseToolUnsuitable, "PostgreSQL 15")]
    [InlineData("pg_restore: error: cannot restore from compressed archive (compression not supported in this installation): this build does not support compression with zstd", ErrorId.DatabaseToolUnsuitable, "postgresql-client")]
    [InlineData("pg_restore: error: COPY failed for table \"t\": ERROR:  could not extend file \"base/1/2\": No space left on device", ErrorId.SpaceMissing, "df")]
    [InlineData("psql:<stdin>:9: server closed the connection unexpectedly", ErrorId.DatabaseUnreachable, "server's log")]
    [InlineData("pg_restore: error: could not execute query: ERROR:  permission denied to create extension \"x\"", ErrorId.DatabaseRightsMissing, "database.postgres.user")]
    [InlineData("pg_restore: error: could not uncompress data: incorrect data check", ErrorId.BackupInvalid, "Get-DatabaseBackup")]
    public void Failure_OfAProgram_IsToldFromItsWords(string said, ErrorId expected, string next)
    {
        var failures = new RestoreFailures(new BackupSource("b", "/b", BackupFormat.PostgresCustom, Sha256: null), "pg_restore 15.18", "15.18 (Debian)");

        var failure = Assert.Throws<RollbackOpsException>(() => failures.Require(new ToolOutcome(1, string.Empty, said)));

        Assert.Equal(expected, failure.Id);
        Assert.Contains(next, failure.NextStep, StringComparison.Ordinal);
    }

    private void Write(PostgresWorld world, string extension, string path)
    {
        switch (extension)
        {
            case ".dir":
                cluster.Dump(world.Name, "--format=directory", "--jobs=2", $"--file={path}");
                break;
            case ".tar":
                cluster.Dump(world.Name, "--format=tar", $"--file={path}");
                break;
            default:
                using (var file = File.Create(path))
                using (var to = extension switch
                {
                    ".sql.gz" => new GZipStream(file, CompressionLevel.Fastest),
                    ".sql.zst" => new CompressionStream(file),
                    _ => (Stream)file,
                })
                {
                    to.Write(Encoding.UTF8.GetBytes(cluster.Dump(world.Name)));
                }

                break;
        }
    }
}
