using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>Plain SQL for SQLite: what the real program writes, and what somebody else may have written into it (S31).</summary>
public sealed class SqliteDumpTests : IDisposable
{
    private const string EveryKind = """
        CREATE VIRTUAL TABLE words USING fts5(body, title UNINDEXED);
        INSERT INTO words VALUES ('to be; or not TRIGGER', 't'), ('größer als ''alles''', NULL);
        CREATE TABLE parents (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT COLLATE NOCASE UNIQUE, note DEFAULT 'a;b');
        CREATE TABLE children (
            id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
            document TEXT CHECK (json_valid(document)), half REAL, raw BLOB,
            twice GENERATED ALWAYS AS (half * 2) STORED, shout TEXT GENERATED ALWAYS AS (upper(document)) VIRTUAL);
        CREATE TABLE "größe ""q""; --" ("schlüssel; '" TEXT, n INT, PRIMARY KEY ("schlüssel; '", n)) WITHOUT ROWID;
        CREATE TABLE loose (anything, "select" ANY);
        CREATE TABLE firm (a INTEGER NOT NULL, b TEXT) STRICT;
        CREATE UNIQUE INDEX "index auf größe" ON children (parent, document) WHERE half > 0;
        CREATE INDEX computed ON children (abs(half), lower(document) DESC);
        CREATE VIEW "sicht; 1" AS SELECT p.name, ';' AS s, c.document FROM parents p LEFT JOIN children c ON c.parent = p.id;
        CREATE TRIGGER guard BEFORE DELETE ON parents WHEN old.name = 'END;' BEGIN
            SELECT CASE WHEN old.id > 0 THEN RAISE(ABORT, 'no; never') END;
            UPDATE loose SET anything = 'x; END;'; -- a comment; END;
        END;
        CREATE TRIGGER instead INSTEAD OF INSERT ON "sicht; 1" BEGIN INSERT INTO parents (name) VALUES (new.name); END;
        INSERT INTO parents (name) VALUES ('ä'), ('b;--'), ('END;'), ('/* no comment'), ('日本語 🗃️');
        DELETE FROM parents WHERE id = 5;
        INSERT INTO children (parent, document, half, raw) VALUES
            (1, '{"a":[1,null,"ü"],"b":{"c":"it''s; "}}', 0.1, x'00ff27003b'), (1, '[]', 1e300, zeroblob(3000)),
            (2, '"line' || char(92) || 'n"', -0.0, NULL), (3, 'null', 3.141592653589793, x'');
        INSERT INTO "größe ""q""; --" VALUES ('é', 1), ('é', 2), ('', 3);
        INSERT INTO loose VALUES (9223372036854775807, -9223372036854775808), ('a' || char(13, 10, 9) || 'b', 1.0), (NULL, 'NULL'), ('', x'');
        INSERT INTO firm VALUES (1, 'one');
        PRAGMA user_version = 7;
        ANALYZE;
        """;

    private readonly SqliteWorld _world = new(orders: 20);

    public SqliteDumpTests() => Directory.CreateDirectory(_world.Backups);

    [SqliteProgramFact]
    public async Task Restore_DumpOfTheRealProgram_IsTheSameRowByRow()
    {
        var source = Path.Combine(_world.Root, "source.db");
        SqliteWorld.Run(source, EveryKind);
        var dump = Dump(source);
        Assert.Contains("writable_schema", dump, StringComparison.Ordinal);
        await File.WriteAllTextAsync(At("db-snapshot-20240101T000000Z.sql"), dump);
        var backup = Assert.Single(_world.List());

        var tested = await _world.TestAsync(backup);
        var result = await _world.RestoreAsync(backup);

        Assert.True(tested.IsPassed, tested.Detail);
        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        Assert.Equal(Rows(source), Rows(_world.Path));
        Assert.Equal("1", _world.Ask("SELECT count(*) FROM words WHERE words MATCH 'größer'"));
        Assert.Equal("no; never", Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => _world.Run("DELETE FROM parents WHERE name = 'END;'")).Message.Split('\'', 2)[1].TrimEnd('.', '\''));
        _world.Run("INSERT INTO \"sicht; 1\" (name) VALUES ('next')");
        // The counter of AUTOINCREMENT, and not the largest number that is left.
        Assert.Equal("6", _world.Ask("SELECT id FROM parents WHERE name = 'next'"));
    }

    [Theory]
    [InlineData("ATTACH 'evil.db' AS evil")]
    [InlineData("ATTACH 'file:evil.db?mode=rwc' AS evil")]
    [InlineData("DETACH main")]
    [InlineData("VACUUM INTO 'evil.db'")]
    [InlineData("PRAGMA temp_store_directory = '.'")]
    [InlineData("SELECT load_extension('./evil.so')")]
    [InlineData("SELECT writefile('evil.db', 'x')")]
    [InlineData("SELECT readfile('/etc/passwd')")]
    [InlineData("SELECT edit('x', 'touch evil.db')")]
    [InlineData("SELECT fts3_tokenizer('simple', x'4141414141414141')")]
    [InlineData("CREATE VIRTUAL TABLE e USING csv(filename='/etc/passwd')")]
    [InlineData("CREATE VIRTUAL TABLE e USING zipfile('evil.db')")]
    [InlineData("CREATE TABLE u AS SELECT * FROM fsdir('/')")]
    [InlineData(".shell touch evil.db")]
    [InlineData(".output evil.db")]
    [InlineData("\\! touch evil.db")]
    public async Task Test_StatementThatReachesElsewhere_IsRefusedWithItsLine(string statement)
    {
        await File.WriteAllTextAsync(At("db-snapshot-20240101.sql"), $"BEGIN;\nCREATE TABLE t (a);\nCOMMIT;\n/* in a\n comment */\n{statement};\nCREATE TABLE later (a);\n");
        var before = (_world.Hash(), string.Join(',', _world.Files()));

        var result = await _world.TestAsync(_world.List()[0]);

        Assert.True(result.Error is ErrorId.DumpRefused or ErrorId.BackupInvalid, $"{result.Error}");
        Assert.Contains("ine 6", result.Detail, StringComparison.Ordinal);
        Assert.Equal(before, (_world.Hash(), string.Join(',', _world.Files())));
        Assert.False(File.Exists("evil.db"));
    }

    [Theory]
    [InlineData("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1);")]
    [InlineData("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1);")]
    [InlineData("PRAGMA page_size = 512; CREATE TABLE t (a); INSERT INTO t VALUES (1);")]
    [InlineData("PRAGMA encoding = 'UTF-16'; CREATE TABLE t (a); INSERT INTO t VALUES (1);")]
    [InlineData("PRAGMA application_id = 1; CREATE TABLE t (a); CREATE TEMP TABLE other (a); INSERT INTO t VALUES (1);")]
    [InlineData("\ufeffCREATE TABLE t (a);\r\nINSERT INTO t\r\nVALUES (1);\r\n")]
    [InlineData("-- a comment that is longer than what a statement's head is looked at: ................................................................................................................................................\nCREATE TABLE t (a); /* TRIGGER */ INSERT INTO t VALUES (1); CREATE /* why */ TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END;")]
    public async Task Restore_DumpThatChangesItsOwnFile_LeavesOneFileInTheLiveMode(string dump)
    {
        await File.WriteAllTextAsync(At("db-snapshot-20240101.sql"), dump);

        var result = await _world.RestoreAsync(_world.List()[0]);

        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        Assert.Equal(("1", "wal"), (_world.Ask("SELECT count(*) FROM t"), _world.Ask("PRAGMA journal_mode")));
        Assert.Equal(["app.db", Path.GetFileName(result.Kept!), "rollback.json"], _world.Files());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(200)]
    [InlineData(2000)]
    public async Task Test_PackedDumpWithoutItsEnd_IsRefused(int missing)
    {
        var dump = new StringBuilder();
        for (var number = 0; number < 400; number++)
        {
            dump.Append(System.Globalization.CultureInfo.InvariantCulture, $"CREATE TABLE t{number} (a DEFAULT '{Guid.NewGuid()}');\n");
        }

        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(dump.ToString()));
        }

        await File.WriteAllBytesAsync(At("db-snapshot-20240101.sql.gz"), packed.ToArray()[..^missing]);

        Assert.Equal(ErrorId.BackupInvalid, (await _world.TestAsync(_world.List()[0])).Error);
    }

    [Fact]
    public async Task Test_PackedDumpWithOneBitFlipped_IsRefused()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 300).Select(number => $"CREATE TABLE t{number} (a DEFAULT '{number * 7919}');\n"))));
        }

        var content = packed.ToArray();
        var unseen = new List<int>();
        for (var at = 20; at < content.Length; at += 61)
        {
            var flipped = (byte[])content.Clone();
            flipped[at] ^= 16;
            await File.WriteAllBytesAsync(At("db-snapshot-20240101.sql.gz"), flipped);
            if ((await _world.TestAsync(_world.List()[0])).Error is not ErrorId.BackupInvalid)
            {
                unseen.Add(at);
            }
        }

        Assert.Empty(unseen);
    }

    public void Dispose() => _world.Dispose();

    private string At(string name) => Path.Combine(_world.Backups, name);

    /// <summary>Everything: the schema as it was written, and every row of every table with the types of its values.</summary>
    private static string Rows(string path)
    {
        var all = new StringBuilder(SqliteWorld.Ask(path, "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'words_%' AND name NOT LIKE 'sqlite_autoindex%' ORDER BY type, name").Replace("IF NOT EXISTS ", "", StringComparison.Ordinal));
        foreach (var table in SqliteWorld.Ask(path, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name").Split('\n'))
        {
            var quoted = $"\"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            var columns = SqliteWorld.Ask(path, $"SELECT group_concat('typeof(\"' || replace(name, '\"', '\"\"') || '\") || quote(\"' || replace(name, '\"', '\"\"') || '\")', ' || ' || char(39) || '|' || char(39) || ' || ') FROM pragma_table_xinfo('{table.Replace("'", "''", StringComparison.Ordinal)}') WHERE hidden <> 1");
            all.Append('\n').Append(table).Append(":\n").Append(SqliteWorld.Ask(path, $"SELECT {columns} AS r FROM {quoted} ORDER BY r"));
        }

        return all.ToString();
    }

    private static string Dump(string path)
    {
        using var process = Process.Start(new ProcessStartInfo(SqliteProgramFactAttribute.Program!, [path, ".dump"])
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        var dump = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return dump;
    }
}
