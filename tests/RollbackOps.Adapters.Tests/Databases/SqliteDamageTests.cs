using RollbackOps.Adapters.Sqlite;
using RollbackOps.Databases;
using RollbackOps.Signals;
using Xunit.Abstractions;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>
/// Bit flips over a whole small database file, as it stands behind a live database, a restored one and a backup. With a
/// manifest each is found by the hash. Without one, what a check can find is the structure: a flip within a row's content
/// makes another valid row, and is found by nothing but audits and row counts.
/// </summary>
public sealed class SqliteDamageTests : IDisposable
{
    private const int PageSize = 512;
    private const int HeaderSize = 100;

    private readonly ITestOutputHelper _output;
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _file;
    private readonly string _rows;

    public SqliteDamageTests(ITestOutputHelper output)
    {
        _output = output;
        var path = _folder["whole.db"];
        SqliteWorld.Run(path, $"""
            PRAGMA page_size = {PageSize};
            CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, picture BLOB);
            CREATE INDEX by_size ON items (length(picture), name);
            CREATE TABLE gone (a);
            INSERT INTO items WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
                SELECT i, 'item ' || i, CASE WHEN i % 20 = 0 THEN zeroblob(1500) END FROM n;
            INSERT INTO gone WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) SELECT hex(zeroblob(40)) FROM n;
            DROP TABLE gone;
            """);
        _file = File.ReadAllBytes(path);
        _rows = Rows(path);
    }

    [Fact]
    public async Task Checks_OneBitFlippedInTheHeader_FindItUnlessItChangesNothing()
    {
        var unseen = new List<string>();
        for (var at = 0; at < HeaderSize; at++)
        {
            foreach (var bit in new[] { 0, 2, 7 })
            {
                // The change counter, what is kept for later, numbers of the application: no row depends on them.
                if (!await IsFoundAsync(at, bit) && Rows(Flipped(at, bit)) != _rows)
                {
                    unseen.Add($"{at}:{bit}");
                }
            }
        }

        Assert.True(unseen.Count == 0, string.Join(' ', unseen));
    }

    [Fact]
    public async Task Checks_OneBitFlippedInThePages_FindWhateverIsStructure()
    {
        var structure = SqlitePages.Structure(_file, PageSize);
        Assert.Superset(new HashSet<string> { "table", "index", "freelist" }, structure.Values.ToHashSet());
        var (found, unseen, silent) = (new Dictionary<string, int>(), new List<string>(), 0);
        foreach (var at in Enumerable.Range(HeaderSize, _file.Length - HeaderSize).Where(at => structure.ContainsKey(at) ? at % 2 == 0 : at % 11 == 0))
        {
            var what = structure.GetValueOrDefault(at, "content");
            if (await IsFoundAsync(at, bit: at % 8))
            {
                found[what] = found.GetValueOrDefault(what) + 1;
            }
            else if (what != "content")
            {
                unseen.Add($"{what} at page {(at / PageSize) + 1}, byte {at % PageSize}, bit {at % 8}");
            }
            else
            {
                silent++;
            }
        }

        _output.WriteLine($"found: {string.Join(", ", found.Select(pair => $"{pair.Value} in {pair.Key}"))}; {silent} in content or unused space are found by no check");
        Assert.True(unseen.Count == 0, string.Join('\n', unseen));
        Assert.True(silent > 0);
    }

    [Fact]
    public async Task Checks_PageOverwritten_FindIt()
    {
        var root = int.Parse(SqliteWorld.Ask(_folder["whole.db"], "SELECT rootpage FROM sqlite_schema WHERE name = 'by_size'"), System.Globalization.CultureInfo.InvariantCulture);
        foreach (var page in new[] { 1, 2, root })
        {
            foreach (var value in new byte[] { 0, 0xff, (byte)'x' })
            {
                var content = (byte[])_file.Clone();
                content.AsSpan((page - 1) * PageSize, PageSize).Fill(value);
                Assert.True(await IsFoundAsync(content), $"page {page} of {value}");
            }
        }
    }

    [Fact]
    public async Task Checks_CutOffAnywhere_FindIt()
    {
        var pages = _file.Length / PageSize;
        var lengths = Enumerable.Range(0, pages).Select(page => page * PageSize)
            .Concat([1, 15, 16, 99, 100, 511, 513, _file.Length - 1, _file.Length - 100, _file.Length - PageSize + 1]);
        foreach (var length in lengths.Where(length => length > 0))
        {
            Assert.True(await IsFoundAsync(_file[..length]), $"{length} of {_file.Length} bytes");
        }
    }

    [Theory]
    [InlineData(19, 3)]
    [InlineData(47, 5)]
    public async Task Checks_FormatThatIsNewer_FindIt(int at, byte version)
    {
        var content = (byte[])_file.Clone();
        content[at] = version;

        Assert.True(await IsFoundAsync(content));
    }

    [Fact]
    public async Task Restore_OneBitFlippedBesideItsManifest_IsFoundByTheHashWhereverItIs()
    {
        using var world = new SqliteWorld(orders: 20);
        var engine = world.Open().Engine;
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(_file));
        foreach (var at in Enumerable.Range(0, _file.Length / 97).Select(number => number * 97).Append(_file.Length - 1))
        {
            var source = new BackupSource("b", Flipped(at, at % 8), BackupFormat.SqliteFile, hash);
            var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => engine.RestoreAsideAsync(source, engine.SidePlace("t"), static _ => { }, CancellationToken.None));
            Assert.Equal(ErrorId.BackupInvalid, refusal.Id);
        }

        Assert.Equal(["app.db", "rollback.json"], world.Files());
    }

    /// <summary>One of each kind through the whole restore, without a manifest.</summary>
    [Theory]
    [InlineData("header")]
    [InlineData("table")]
    [InlineData("index")]
    [InlineData("freelist")]
    [InlineData("newer write version")]
    [InlineData("cut off")]
    public async Task Restore_DamagedBackupWithoutAManifest_IsNeverSwappedIn(string what)
    {
        using var world = new SqliteWorld(orders: 20, database: SqliteWorld.Hooks);
        await File.WriteAllTextAsync(world.UpFile, "");
        Directory.CreateDirectory(world.Backups);
        var content = (byte[])_file.Clone();
        switch (what)
        {
            case "header":
                content[17] ^= 1;
                break;
            case "newer write version":
                content[18] = 3;
                break;
            case "cut off":
                content = content[..^PageSize];
                break;
            default:
                content[SqlitePages.Structure(_file, PageSize).Last(pair => pair.Value == what).Key] ^= 0x41;
                break;
        }

        await File.WriteAllBytesAsync(Path.Combine(world.Backups, "db-snapshot-20240101.db"), content);
        var before = (world.Hash(), string.Join(',', world.Files()));

        var result = await world.RestoreAsync(world.List()[0]);

        Assert.Equal(RestoreStatus.Failed, result.Status);
        Assert.NotNull(result.Error);
        Assert.NotEmpty(result.NextStep!);
        Assert.Equal(before, (world.Hash(), string.Join(',', world.Files())));
    }

    public void Dispose() => _folder.Dispose();

    private string Flipped(int at, int bit)
    {
        var content = (byte[])_file.Clone();
        content[at] ^= (byte)(1 << bit);
        var path = _folder["flipped.db"];
        File.WriteAllBytes(path, content);
        return path;
    }

    private async Task<bool> IsFoundAsync(int at, int bit) =>
        (await CheckAsync(Flipped(at, bit))).Any(check => check.Status == CheckStatus.Failed);

    private async Task<bool> IsFoundAsync(byte[] content)
    {
        var path = _folder["damaged.db"];
        await File.WriteAllBytesAsync(path, content);
        return (await CheckAsync(path)).Any(check => check.Status == CheckStatus.Failed);
    }

    private static Task<IReadOnlyList<DatabaseCheckResult>> CheckAsync(string path)
    {
        var settings = new RollbackOps.Configuration.DatabaseSettings { Path = path };
        return new DatabaseChecker(new SqliteDatabase(path, settings), settings, TimeProvider.System)
            .RunAllAsync(rows: null, CancellationToken.None);
    }

    private static string Rows(string path) => SqliteWorld.Ask(path, "SELECT id, name, hex(picture) FROM items ORDER BY id");
}
