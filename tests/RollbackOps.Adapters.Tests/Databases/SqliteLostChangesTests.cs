using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using RollbackOps.Adapters.Sqlite;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Databases;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>The export of what a swap left behind: applied to a restore of the backup, it gives the kept database (S30).</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SqliteLostChangesTests
{
    private const string Schema = """
        CREATE TABLE "Größe ""x"" ; --" ("Schlüssel" TEXT PRIMARY KEY COLLATE NOCASE, "Wert ""1"" x" , half REAL);
        CREATE TABLE pairs (a INTEGER, b TEXT, c, PRIMARY KEY (a, b)) WITHOUT ROWID;
        CREATE TABLE maybe (a TEXT, b INTEGER, c, PRIMARY KEY (a, b));
        CREATE TABLE heap (a, b TEXT, c INTEGER);
        CREATE TABLE strictly (id INTEGER PRIMARY KEY, n INTEGER UNIQUE, r REAL, x ANY) STRICT;
        CREATE TABLE logged (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT UNIQUE);
        CREATE TABLE dropped (id INTEGER PRIMARY KEY, x);
        CREATE TABLE grown (id INTEGER PRIMARY KEY, x);
        CREATE VIRTUAL TABLE found USING fts5 (body);
        CREATE TRIGGER loud AFTER DELETE ON heap BEGIN INSERT INTO logged (text) VALUES (old.a || random()); END;
        """;

    // What a text may hold in a file of SQLite: anything.
    private static readonly string[] s_values =
    [
        "NULL", "0", "1", "-1", "9223372036854775807", "-9223372036854775808", "1.0", "0.1", "0.30000000000000004", "1e300", "-4.9e-324", "9e999", "-9e999",
        "1.7976931348623157e308", "9007199254740993", "9007199254740992.0", "''", "'it''s'", "'a' || char(10) || '.quit' || char(13, 10) || '-- ;'", "'\\\\'",
        "CAST(X'610062' AS TEXT)", "CAST(X'C328' AS TEXT)", "CAST(X'EDA080FF' AS TEXT)", "char(0x1F600)", "char(0xFFFF)", "'ä'", "'A'", "'a'", "char(1, 27, 127, 155)",
        "X''", "X'00'", "X'C328'", "'1'", "'1.0'",
    ];

    [Fact]
    public async Task Export_AnyChanges_MakeARestoreOfTheBackupTheKeptDatabase()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var random = new Random(seed);
            using var world = new SqliteWorld(orders: 40);
            world.Run(Schema);
            Change(world, random, count: 60);
            var backup = await world.BackUpAsync();
            Change(world, random, count: 60);
            if (seed % 3 > 0)
            {
                Migrate(world, random);
            }

            var kept = SqliteContent.Of(world.Path);

            var result = await world.RestoreAsync(backup, request => request with { ExportLostChanges = true });

            Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
            Assert.True(result.LostChanges!.Error is null, $"seed {seed}: {result.LostChanges.Error}");
            Assert.Empty(result.LostChanges.Notes);
            var restored = Path.Combine(world.Root, "again.db");
            File.Copy(backup.Path, restored);
            Apply(restored, result.LostChanges.Folder!);
            AssertSame(kept, SqliteContent.Of(restored), seed);
            // What is kept was only read.
            AssertSame(kept, SqliteContent.Of(result.Kept!), seed);
            Assert.DoesNotContain(world.Files(), file => file.Contains("-lost", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Export_Made_SaysWhereItIsAndWhatItHolds()
    {
        using var world = new SqliteWorld(orders: 20);
        var backup = await world.BackUpAsync();
        world.Run("INSERT INTO customers VALUES (77, 'Zoë \"x\"'); UPDATE customers SET name = 'changed' WHERE id = 3; DELETE FROM orders WHERE id = 5");

        var result = await world.RestoreAsync(backup, request => request with { ExportLostChanges = true });

        var changes = result.LostChanges!;
        Assert.Equal((1, 1, 1), (changes.Inserted, changes.Changed, changes.Deleted));
        Assert.Equal(Path.Combine(world.Root, ".rollback", "lost-changes", result.RestoreId!), changes.Folder);
        Assert.Equal(["customers: 1 inserted, 1 changed, 0 deleted", "orders: 0 inserted, 0 changed, 1 deleted"], changes.Tables.Select(table => table.ToString()));
        Assert.Equal(
            """
            {"change":"changed","before":{"id":3,"name":"Kündin 3"},"after":{"id":3,"name":"changed"}}
            {"change":"inserted","after":{"id":77,"name":"Zoë \"x\""}}

            """,
            await File.ReadAllTextAsync(Path.Combine(changes.Folder!, changes.Tables[0].File!)));
        Assert.All(Directory.GetFiles(changes.Folder!), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(changes.Folder!));
        using var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(changes.Folder!, "manifest.json")));
        Assert.Equal(Hash(Path.Combine(changes.Folder!, "apply.sql")), manifest.RootElement.GetProperty("scriptSha256").GetString());
        Assert.Equal(Hash(Path.Combine(changes.Folder!, changes.Tables[0].File!)), manifest.RootElement.GetProperty("tables")[0].GetProperty("sha256").GetString());
        Assert.Equal(backup.Manifest!.Sha256, manifest.RootElement.GetProperty("backupSha256").GetString());
        Assert.Equal(RestoreStepKind.ExportLostChanges, result.Steps[^1].Kind);
        Assert.Equal(changes.ToString(), RestoreLedger.From(world.Open().Journal.Read()).Attempts[^1].ToResult().LostChanges!.ToString());
        Assert.True(result.Outage < result.Duration);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Export_StoppedOrImpossible_FailsNothingAndLeavesNothing(bool isStopped)
    {
        using var world = new SqliteWorld(orders: 20);
        var backup = await world.BackUpAsync();
        world.Order(10);

        var result = await UnmadeExport.RestoreAsync(world, backup, isStopped);

        Assert.Contains(world.Progress, progress => progress.Kind == ProgressKind.Warning && progress.Text.Contains(result.LostChanges!.Error!, StringComparison.Ordinal));
        Assert.Equal(StepStatus.Failed, result.Steps[^1].Status);
        Assert.Equal("20", world.Ask("SELECT count(*) FROM orders"));
        Assert.Equal("30", SqliteWorld.Ask(result.Kept!, "SELECT count(*) FROM orders"));
        Assert.DoesNotContain(world.Files(), file => file.Contains("-lost", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Export_OfASwapBack_HoldsWhatTheRejectedDatabaseGot(bool isUndo)
    {
        using var world = new SqliteWorld(orders: 20, database: """
            , "stop": { "command": ["true"] }, "start": { "command": ["sh", "-c", "sqlite3 -version >/dev/null 2>&1; true"] }
            """ + (isUndo ? "" : """
            , "smoke": { "command": ["sh", "-c", "touch smoked; exit 1"] }
            """));
        var backup = await world.BackUpAsync();
        world.Order(5);
        DatabaseRestoreResult result;
        if (isUndo)
        {
            Assert.Equal(RestoreStatus.Succeeded, (await world.RestoreAsync(backup)).Status);
            world.Run("INSERT INTO customers VALUES (99, 'after the restore')");

            result = await world.UndoAsync(change: request => request with { ExportLostChanges = true });
        }
        else
        {
            result = await world.RestoreAsync(backup, request => request with { ExportLostChanges = true });
        }

        Assert.Equal(isUndo ? RestoreStatus.Succeeded : RestoreStatus.SwappedBack, result.Status);
        Assert.Equal((null, isUndo ? 1 : 0, 0), (result.LostChanges!.Error, result.LostChanges.Inserted, result.LostChanges.Deleted));
        Assert.Equal("25", world.Ask("SELECT count(*) FROM orders"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Swap_IdsThatWereGiven_AreNotGivenAgain(bool inPlace)
    {
        using var world = new SqliteWorld(orders: 20);
        world.Run("CREATE TABLE empty (id INTEGER PRIMARY KEY AUTOINCREMENT)");
        var backup = await world.BackUpAsync();
        world.Order(30);
        world.Run("INSERT INTO empty DEFAULT VALUES");

        var result = await world.RestoreAsync(backup, request => request with { InPlace = inPlace });
        world.Order(1);
        world.Run("INSERT INTO empty DEFAULT VALUES");

        Assert.Equal(("1051", "1002"), (world.Ask("SELECT max(id) FROM orders"), world.Ask("SELECT max(id) FROM empty")));
        Assert.Contains(result.Steps, step => step.Kind == RestoreStepKind.Swap && step.Detail!.Contains("ids of 2 tables go on 1000 beyond the kept ones", StringComparison.Ordinal));
        var undone = await world.UndoAsync(inPlace: inPlace);
        Assert.Equal(RestoreStatus.Succeeded, undone.Status);
        world.Order(1);
        Assert.Equal("2052", world.Ask("SELECT max(id) FROM orders"));
    }

    [Fact]
    public async Task Swap_ServiceGoesOnWritingAfterwards_LosesNothingAndGivesNoIdTwice()
    {
        using var world = new SqliteWorld(orders: 20, database: """
            , "stop": { "command": ["sh", "-c", "rm up; while [ -e open ]; do sleep 0.01; done"] },
            "start": { "command": ["touch", "up"] }
            """);
        await File.WriteAllTextAsync(Path.Combine(world.Root, "up"), "");
        var backup = await world.BackUpAsync();
        using var growing = new GrowingFile(Path.Combine(world.Root, DatabaseRuns.AcknowledgedFile));
        var first = ChildRun.OfAsync(ChildRun.Command("write", world.Root, "0"));
        await growing.ReadAsync(lines: 20);

        var result = await world.RestoreAsync(backup, request => request with { KeepServing = true, ExportLostChanges = true });
        await first;
        await growing.ReadToEndAsync();
        var second = ChildRun.OfAsync(ChildRun.Command("write", world.Root, "0"));
        await growing.ReadAsync(lines: 20);
        File.Delete(world.UpFile);
        await second;

        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        const string query = "SELECT id, note FROM orders WHERE note LIKE 'live %'";
        var (kept, live) = (SqliteWorld.Ask(result.Kept!, query).Split('\n'), world.Ask(query).Split('\n'));
        Assert.Subset(kept.Concat(live).Select(line => line.Split('|')[1]).ToHashSet(), (await File.ReadAllLinesAsync(Path.Combine(world.Root, DatabaseRuns.AcknowledgedFile))).ToHashSet());
        Assert.Empty(kept.Select(line => line.Split('|')[0]).Intersect(live.Select(line => line.Split('|')[0])));
        Assert.Equal(kept.Length, result.LostChanges!.Tables.Single(table => table.Table == "orders").Inserted);
    }

    [Fact]
    public async Task Swap_NoIdsLeft_IsRefusedAndNothingIsSwapped()
    {
        using var world = new SqliteWorld(orders: 20);
        var backup = await world.BackUpAsync();
        world.Run("UPDATE sqlite_sequence SET seq = 9223372036854775800 WHERE name = 'orders'");
        var before = world.Hash();

        var result = await world.RestoreAsync(backup);

        Assert.Equal((RestoreStatus.Failed, ErrorId.RestoreFailed), (result.Status, result.Error));
        Assert.Contains("orders", result.Message, StringComparison.Ordinal);
        Assert.Equal(before, world.Hash());
    }

    [Fact]
    public void Literal_AnyDouble_IsReadBackExactly()
    {
        var random = new Random(1);
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var give = connection.CreateCommand();
        give.CommandText = "SELECT $value";
        var given = give.Parameters.Add("$value", SqliteType.Real);
        for (var count = 0; count < 20_000; count++)
        {
            var value = count % 2 == 0
                ? BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))
                : Math.Round(random.NextDouble() * Math.Pow(10, random.Next(-5, 18)), random.Next(0, 10));
            if (double.IsNaN(value))
            {
                continue;
            }

            given.Value = value;
            string literal;
            using (var reader = give.ExecuteReader())
            {
                reader.Read();
                literal = SqliteValue.Read(reader.Handle!, 0).Literal(Encoding.UTF8);
            }

            using var read = connection.CreateCommand();
            read.CommandText = $"SELECT {literal}, typeof({literal})";
            using var back = read.ExecuteReader();
            back.Read();
            Assert.Equal((value, "real"), (back.GetDouble(0), back.GetString(1)));
        }
    }

    /// <summary>Rows that come, go and change, in every table, with every kind of value; values that are unique change places.</summary>
    private static void Change(SqliteWorld world, Random random, int count)
    {
        using var connection = SqliteWorld.Connect(world.Path);
        Execute("PRAGMA foreign_keys = OFF");
        for (var number = 0; number < count; number++)
        {
            Execute(random.Next(10) switch
            {
                0 => $"INSERT OR REPLACE INTO \"Größe \"\"x\"\" ; --\" VALUES ({Value()}, {Value()}, {Value()})",
                1 => $"INSERT OR REPLACE INTO pairs VALUES ({random.Next(4)}, {Key()}, {Value()})",
                2 => $"INSERT OR REPLACE INTO maybe VALUES ({Value()}, {random.Next(3)}, {Value()})",
                3 => $"INSERT INTO heap SELECT {Value()}, {Value()}, {random.Next(3)} FROM (SELECT 1 UNION ALL SELECT 2)",
                4 => $"INSERT OR IGNORE INTO strictly VALUES (NULL, {random.Next(1000)}, {random.Next(9)} / 7.0, {Value()})",
                5 => "UPDATE strictly SET n = -1 - n; UPDATE strictly SET n = (SELECT -1 - max(n) - min(n) FROM strictly) + n",
                6 => $"DELETE FROM heap WHERE rowid IN (SELECT rowid FROM heap ORDER BY random() LIMIT 2); DELETE FROM pairs WHERE a = {random.Next(6)}",
                7 => $"INSERT INTO logged (text) VALUES ('x' || random()); DELETE FROM logged WHERE id % {random.Next(2, 9)} = 0",
                8 => $"INSERT INTO found (body) VALUES ('word{random.Next(9)} and ' || random())",
                _ => $"INSERT INTO orders (customer, amount, note) VALUES ({1 + random.Next(10)}, {random.Next(999)}, {Value()}); DELETE FROM orders WHERE id % 13 = {random.Next(13)}",
            });
        }

        string Value() => s_values[random.Next(s_values.Length)];

        string Key() => random.Next(2) == 0 ? "'k'" : "CAST(X'C328' AS TEXT)";

        void Execute(string statements)
        {
            using var command = connection.CreateCommand();
            command.CommandText = statements;
            command.ExecuteNonQuery();
        }
    }

    private static void Migrate(SqliteWorld world, Random random) => world.Run(
        $"""
        DROP TABLE dropped;
        CREATE TABLE added (id INTEGER PRIMARY KEY, "nächste" BLOB, up TEXT GENERATED ALWAYS AS (upper("nächste")) STORED);
        INSERT INTO added ("nächste") VALUES ({s_values[random.Next(s_values.Length)]}), (X'0A'), ('x');
        INSERT INTO grown (x) VALUES ('one'), ('two');
        ALTER TABLE grown ADD COLUMN y TEXT NOT NULL DEFAULT 'it''s';
        UPDATE grown SET y = 'other' WHERE id % 2 = 0;
        ALTER TABLE heap RENAME COLUMN c TO d;
        ALTER TABLE strictly DROP COLUMN r;
        DROP INDEX "orders by größe";
        CREATE UNIQUE INDEX "new one" ON logged (text DESC);
        CREATE VIEW more AS SELECT * FROM added;
        DROP TRIGGER loud;
        CREATE TRIGGER louder AFTER INSERT ON added BEGIN DELETE FROM heap; END;
        PRAGMA user_version = {random.Next(1000)};
        """);

    private static void Apply(string database, string folder) =>
        SqliteWorld.Run(database, File.ReadAllText(Path.Combine(folder, "apply.sql")));

    private static void AssertSame(List<string> expected, List<string> actual, int seed) => Assert.True(
        expected.SequenceEqual(actual),
        string.Create(CultureInfo.InvariantCulture,
            $"seed {seed}: lacks {string.Join("; ", expected.Except(actual).Take(5))}, has {string.Join("; ", actual.Except(expected).Take(5))}"));

    private static string Hash(string path) =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))).ToLowerInvariant();
}
