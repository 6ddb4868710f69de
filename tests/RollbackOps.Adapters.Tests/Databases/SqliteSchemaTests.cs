using Microsoft.Data.Sqlite;
using RollbackOps.Adapters.Sqlite;
using RollbackOps.Adapters.Tests.Git;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>The schema gate's readings (S28): each tool's table in a real SQLite file, its files in a real repository.</summary>
public sealed class SqliteSchemaTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private GitSandbox _git = null!;

    public async Task InitializeAsync() => _git = await GitSandbox.NewAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _git.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(ToolTables.Tools), MemberType = typeof(ToolTables))]
    public async Task Tool_ThreeOfThreeApplied_NamesTheThirdAndTwoFitAgain(string tool)
    {
        var (target, live) = await ToolTables.CommitAsync(_git, tool);

        var ahead = await ToolTables.JudgeAsync(_git, Database(tool, applied: 3), target, live);
        var level = await Database(tool, applied: 2).ReadMigrationLevelAsync(CancellationToken.None);
        var fits = await ToolTables.JudgeAsync(_git, Database(tool, applied: 2), target, live);
        var behind = await ToolTables.JudgeAsync(_git, Database(tool, applied: 1), target, live);

        Assert.Equal((false, ToolTables.ThirdOf(tool)), (ahead.Fits, Assert.Single(ahead.Between)));
        Assert.StartsWith(tool + ": ", level, StringComparison.Ordinal);
        Assert.True(fits.Fits, fits.Detail);
        Assert.Equal((false, 1), (behind.Fits, behind.Between.Count));
        Assert.True((await _git.Repository.CompareAsync(live, target, CancellationToken.None)).Migrations.Count > 0);
    }

    [Fact]
    public async Task Flyway_VersionUndone_IsNoLongerApplied()
    {
        var database = Database("Flyway", applied: 3, "INSERT INTO flyway_schema_history VALUES (5, '10.1', 'c', 'UNDO_SQL', true)");

        Assert.Equal("Flyway: 9", await database.ReadMigrationLevelAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Query_Configured_GivesItsFirstValueAndNoTool()
    {
        var database = Database("Knex", applied: 3, query: "SELECT max(id) FROM knex_migrations");

        var applied = await database.ReadMigrationsAsync(CancellationToken.None);

        Assert.Equal((null, "3"), (applied!.Tool, applied.Level));
    }

    [Fact]
    public async Task Table_Empty_TellsItsToolAndNoLevel()
    {
        var database = Database("Knex", applied: 1, "DELETE FROM knex_migrations");

        var applied = await database.ReadMigrationsAsync(CancellationToken.None);

        Assert.Equal(("Knex", (string?)null), (applied!.Tool, applied.Level));
        Assert.Null(await database.ReadMigrationLevelAsync(CancellationToken.None));
    }

    [Fact]
    public async Task File_Missing_IsUnreachableAndIsNotMade()
    {
        var database = new SqliteDatabase(_folder["none.db"], new DatabaseSettings { Path = _folder["none.db"] });

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() => database.ReadMigrationsAsync(CancellationToken.None));

        Assert.Equal(ErrorId.DatabaseUnreachable, failure.Id);
        Assert.False(File.Exists(_folder["none.db"]));
    }

    [Fact]
    public async Task ReadFiles_OddNames_GivesWhatIsThere()
    {
        var commit = await _git.CommitAsync("x", "a b.sql", "ü.sql", "dir/c.sql");

        var files = await _git.Repository.ReadFilesAsync(
            commit, ["a b.sql", "none.sql", "dir", "ü.sql", "line\nend.sql", "-x"], CancellationToken.None);

        Assert.Equal(["a b.sql", "ü.sql"], files.Keys.Order(StringComparer.Ordinal));
        Assert.All(files.Values, content => Assert.Equal("x"u8.ToArray(), content));
    }

    private SqliteDatabase Database(string tool, int applied, string? more = null, string? query = null)
    {
        var path = _folder[$"{tool}{applied}.db"];
        File.Delete(path);
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = ToolTables.TableOf(tool, applied) + more;
            command.ExecuteNonQuery();
        }

        return new SqliteDatabase(path, new DatabaseSettings { Path = path, MigrationQuery = query });
    }
}
