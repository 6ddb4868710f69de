using System.IO.Compression;
using System.Text;
using RollbackOps.Databases;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>Backups restored aside and checked: what stands, what does not, and what may not be let through.</summary>
public sealed class SqliteRestoreAsideTests
{
    [Fact]
    public async Task Test_WholeBackup_PassesAndIsRemembered()
    {
        using var world = new SqliteWorld();
        var backup = await world.BackUpAsync();
        var before = Snapshot(world);

        var result = await world.TestAsync(backup);

        Assert.True(result.IsPassed, result.Detail);
        Assert.Equal(["health-check", "integrity", "foreign-keys", "row-counts"], result.Checks.Select(check => check.Name));
        Assert.All(result.Checks, check => Assert.Equal(CheckStatus.Passed, check.Status));
        var listed = Assert.Single(world.List());
        Assert.Equal((BackupStatus.Tested, result.TestedAt, result.RestoreTime + result.CheckTime), (listed.Status, listed.TestedAt!.Value, listed.RestoreTime!.Value));
        Assert.Equal(before, Snapshot(world));
    }

    public static TheoryData<double> Places => [0.0, 0.01, 0.2, 0.4, 0.6, 0.8, 0.999];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Test_OneBitFlipped_IsFound(double place)
    {
        using var world = new SqliteWorld();
        var backup = await world.BackUpAsync();
        Flip(backup.Path, (long)(place * new FileInfo(backup.Path).Length));

        var result = await world.TestAsync(world.List()[0]);

        Assert.False(result.IsPassed);
        Assert.Equal(ErrorId.BackupInvalid, result.Error);
        Assert.Empty(Directory.GetFiles(world.Root, "*.aside-*"));
        Assert.NotEqual(BackupStatus.Tested, world.List()[0].Status);
    }

    [Fact]
    public async Task Test_FileReplacedSinceItsTest_IsNoLongerTested()
    {
        using var world = new SqliteWorld();
        var backup = await world.BackUpAsync();
        await world.TestAsync(backup);
        File.Delete(backup.Path + ".manifest.json");

        Assert.Equal(BackupStatus.Unverified, world.List()[0].Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Test_DumpOfSqlite3_IsRestoredRowByRow(bool isPacked)
    {
        using var world = new SqliteWorld(orders: 300);
        var path = await WriteDumpAsync(world, Dump(world), isPacked);
        var backup = Assert.Single(world.List());
        Assert.Equal((BackupStatus.Unverified, isPacked ? BackupFormat.PlainSqlGzip : BackupFormat.PlainSql, path), (backup.Status, backup.Format, backup.Path));

        var engine = world.Open().Engine;
        var side = await engine.RestoreAsideAsync(backup.ToSource(), engine.SidePlace("t"), static _ => { }, CancellationToken.None);

        Assert.Equal(SqliteWorld.Content(world.Path), SqliteWorld.Content(side.Place));
        Assert.True((await world.TestAsync(backup)).IsPassed);
    }

    [Theory]
    [InlineData("ATTACH DATABASE 'other.db' AS other;", "ATTACH")]
    [InlineData("attach/**/'other.db' as main2;", "ATTACH")]
    [InlineData("VACUUM INTO 'other.db';", "ATTACH")]
    [InlineData("SELECT load_extension('other.so');", "load_extension")]
    public async Task Test_DumpThatReachesElsewhere_IsRefusedAndReachesNothing(string statement, string named)
    {
        using var world = new SqliteWorld();
        await WriteDumpAsync(world, $"CREATE TABLE t (a);\n-- ATTACH in a comment is none\nINSERT INTO t VALUES ('ATTACH ''x''');\n{statement}\n", isPacked: false);
        var before = Directory.GetFiles(world.Root);

        var result = await world.TestAsync(world.List()[0]);

        Assert.Equal(ErrorId.DumpRefused, result.Error);
        Assert.Contains("Line 4", result.Detail, StringComparison.Ordinal);
        Assert.Contains(named, result.Detail, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before.Order(), Directory.GetFiles(world.Root).Order());
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(0.99)]
    public async Task Test_DumpThatWasCutOff_IsRefused(double at)
    {
        using var world = new SqliteWorld(orders: 300);
        var dump = Dump(world);
        await WriteDumpAsync(world, dump[..(int)(dump.Length * at)], isPacked: false);

        Assert.Equal(ErrorId.BackupInvalid, (await world.TestAsync(world.List()[0])).Error);
    }

    [Fact]
    public async Task Test_DumpWhoseTableFailsToLoad_IsRefusedWithItsLine()
    {
        using var world = new SqliteWorld();
        await WriteDumpAsync(world, "CREATE TABLE t (a UNIQUE);\nINSERT INTO t VALUES (1);\nINSERT INTO t VALUES (1);\n", isPacked: false);

        var result = await world.TestAsync(world.List()[0]);

        Assert.Equal(ErrorId.BackupInvalid, result.Error);
        Assert.Contains("line 3", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_EncryptedOrEmptyFile_IsOfUnknownFormat()
    {
        using var world = new SqliteWorld();
        Directory.CreateDirectory(world.Backups);
        await File.WriteAllBytesAsync(Path.Combine(world.Backups, "db-snapshot-20240101.db"), [.. Enumerable.Range(0, 8192).Select(i => (byte)(i * 37))]);
        await File.WriteAllBytesAsync(Path.Combine(world.Backups, "db-snapshot-20240102.sql"), []);

        foreach (var backup in world.List())
        {
            Assert.Equal(BackupFormat.Unknown, backup.Format);
            Assert.Equal(ErrorId.BackupInvalid, (await world.TestAsync(backup)).Error);
        }
    }

    [Fact]
    public async Task Test_ManifestOfAnotherContent_FailsOnTheRows()
    {
        using var world = new SqliteWorld();
        var backup = await world.BackUpAsync();
        var tables = new Dictionary<string, long>(backup.Manifest!.Tables) { ["orders"] = 1, ["gone"] = 5 };

        var result = await world.TestAsync(backup with { Manifest = backup.Manifest with { Tables = tables } });

        var rows = Assert.Single(result.Checks, check => check.Status == CheckStatus.Failed);
        Assert.Equal(["gone: no such table, hence no rows, the manifest states 5", "orders: 2000 rows, the manifest states 1"], rows.Sample);
    }

    /// <summary>What sqlite3's <c>.dump</c> writes.</summary>
    private static string Dump(SqliteWorld world)
    {
        var dump = new StringBuilder("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n");
        foreach (var table in new[] { "customers", "orders", "totals", "__EFMigrationsHistory" })
        {
            dump.Append(world.Ask($"SELECT sql FROM sqlite_schema WHERE name = '{table}'")).Append(";\n");
            var columns = world.Ask($"SELECT group_concat(name) FROM pragma_table_info('{table}')").Split(',');
            var values = string.Join(" || ',' || ", columns.Select(column => $"quote(\"{column}\")"));
            dump.Append(world.Ask($"SELECT 'INSERT INTO \"{table}\" ({string.Join(',', columns.Select(column => $"\"{column}\""))}) VALUES(' || {values} || ');' FROM \"{table}\""));
            dump.Append('\n');
        }

        dump.Append("DELETE FROM sqlite_sequence;\n")
            .Append(world.Ask("SELECT 'INSERT INTO sqlite_sequence VALUES(' || quote(name) || ',' || seq || ');' FROM sqlite_sequence"))
            .Append('\n')
            .Append(world.Ask("SELECT sql || ';' FROM sqlite_schema WHERE type IN ('index', 'view', 'trigger') AND sql IS NOT NULL"));
        return dump.Append("\nCOMMIT;\n").ToString();
    }

    private static async Task<string> WriteDumpAsync(SqliteWorld world, string dump, bool isPacked)
    {
        Directory.CreateDirectory(world.Backups);
        var path = Path.Combine(world.Backups, "db-snapshot-20240101T000000Z.sql" + (isPacked ? ".gz" : ""));
        await using var file = File.Create(path);
        await using var to = isPacked ? new GZipStream(file, CompressionLevel.Fastest) : (Stream)file;
        await to.WriteAsync(Encoding.UTF8.GetBytes(dump));
        return path;
    }

    private static void Flip(string path, long at)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        var value = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(value ^ 4));
    }

    private static string Snapshot(SqliteWorld world) =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(world.Path)))
        + string.Join(',', Directory.GetFiles(world.Root, "app.db.*"));
}
