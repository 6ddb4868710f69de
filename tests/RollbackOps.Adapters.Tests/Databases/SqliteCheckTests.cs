using RollbackOps.Databases;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>The checks of a live SQLite database.</summary>
public sealed class SqliteCheckTests
{
    [Fact]
    public async Task Checks_WholeDatabase_Pass()
    {
        using var world = new SqliteWorld(database: """
            , "audits": [
                { "name": "negative amounts", "query": "SELECT id, amount FROM orders WHERE amount < 0" },
                { "name": "customers there", "query": "SELECT 1 FROM customers", "expect": "someRows" } ]
            """);

        var results = await RunAsync(world);

        Assert.Equal(["health-check", "integrity", "foreign-keys", "negative amounts", "customers there"], results.Select(result => result.Name));
        Assert.All(results, result => Assert.Equal(CheckStatus.Passed, result.Status));
    }

    [Fact]
    public async Task Checks_CorruptedData_ShowTheOffendingRows()
    {
        using var world = new SqliteWorld(database: """
            , "audits": [ { "name": "negative amounts", "query": "SELECT id, amount, note FROM orders WHERE amount < 0 ORDER BY id" } ]
            """);
        world.Run("PRAGMA foreign_keys = OFF; UPDATE orders SET amount = -amount - 1, note = 'bad' || char(27) WHERE id <= 30; DELETE FROM customers WHERE id = 3");

        var results = await RunAsync(world);

        Assert.Equal(["foreign-keys", "negative amounts"], results.Where(result => result.Status == CheckStatus.Failed).Select(result => result.Name));
        Assert.Equal((5, "id=1, amount=-2, note=bad<U+001B>", "30 offending rows"), (results[3].Sample.Count, results[3].Sample[0], results[3].Detail));
        Assert.Contains("refers to a row of customers that is not there", results[2].Sample[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("header", 20)]
    [InlineData("page", 0)]
    [InlineData("index", 0)]
    public async Task Checks_LiveFileDamaged_FindIt(string what, int offset)
    {
        using var world = new SqliteWorld(journalMode: "delete", orders: 20_000);
        var page = what == "header" ? 1 : int.Parse(world.Ask(
            $"SELECT rootpage FROM sqlite_schema WHERE name = '{(what == "page" ? "orders" : "orders by größe")}'"), System.Globalization.CultureInfo.InvariantCulture);
        using (var file = new FileStream(world.Path, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = ((page - 1) * 4096L) + offset;
            file.Write([0xff, 0xff, 0xff, 0xff]);
        }

        Assert.Contains(await RunAsync(world), result => result.Status == CheckStatus.Failed);
    }

    [Fact]
    public async Task Checks_DatabaseGone_AreNotProbedAndNothingIsCreated()
    {
        using var world = new SqliteWorld(journalMode: "delete");
        File.Delete(world.Path);

        var results = await RunAsync(world);

        Assert.Equal([CheckStatus.Failed, CheckStatus.NotProbed, CheckStatus.NotProbed], results.Select(result => result.Status));
        Assert.Contains("does not exist", results[0].Detail, StringComparison.Ordinal);
        Assert.False(File.Exists(world.Path));
    }

    [Theory]
    [InlineData("DELETE FROM orders")]
    [InlineData("ATTACH 'side.db' AS side")]
    [InlineData("CREATE TEMP TABLE t (a)")]
    [InlineData("PRAGMA journal_mode = DELETE")]
    [InlineData("SELEC 1")]
    public async Task Audit_ThatWouldDoMoreThanRead_FailsAndChangesNothing(string query)
    {
        using var world = new SqliteWorld(database: $$""", "audits": [ { "name": "a", "query": "{{query}}" } ]""");
        var before = SqliteWorld.Content(world.Path);

        var result = (await RunAsync(world)).Single(one => one.Name == "a");

        Assert.Equal(CheckStatus.Failed, result.Status);
        Assert.Contains("cannot be run", result.Detail, StringComparison.Ordinal);
        Assert.Equal((before, "wal"), (SqliteWorld.Content(world.Path), world.Ask("PRAGMA journal_mode")));
        Assert.False(File.Exists(Path.Combine(world.Root, "side.db")));
    }

    [Fact]
    public async Task Audit_ThatTakesTooLong_IsStopped()
    {
        using var world = new SqliteWorld(database: """
            , "audits": [ { "name": "endless", "query": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n" } ]
            """);
        var context = world.Open();
        var results = new List<DatabaseCheckResult>();

        await new DatabaseChecker(context.Engine.Live, context.Database with { Timeout = TimeSpan.FromMilliseconds(300) }, TimeProvider.System)
            .RunAsync(name => name == "endless", Add(results), CancellationToken.None);

        Assert.Contains("longer than 0.3 s", Assert.Single(results).Detail, StringComparison.Ordinal);
    }

    private static async Task<List<DatabaseCheckResult>> RunAsync(SqliteWorld world)
    {
        var context = world.Open();
        var results = new List<DatabaseCheckResult>();
        await new DatabaseChecker(context.Engine.Live, context.Database, TimeProvider.System)
            .RunAsync(_ => true, Add(results), CancellationToken.None);
        return results;
    }

    private static Func<DatabaseCheckResult, Task> Add(List<DatabaseCheckResult> results) => result =>
    {
        results.Add(result);
        return Task.CompletedTask;
    };
}
