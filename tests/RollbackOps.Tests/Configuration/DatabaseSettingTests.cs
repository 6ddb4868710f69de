using RollbackOps.Configuration;

namespace RollbackOps.Tests.Configuration;

/// <summary>The database section.</summary>
public sealed class DatabaseSettingTests
{
    [Fact]
    public void Read_Section_IsTakenInFull()
    {
        var database = Configured.Read("""
            {
              "database": {
                "path": "data/app.db", "backups": "/mnt/backups", "timeout": "5s", "migrationQuery": "SELECT\n1",
                "audits": [
                  { "name": "a", "query": "SELECT 1" },
                  { "name": "b", "query": "SELECT 2", "expect": "someRows" }
                ]
              }
            }
            """).Settings.Database!;

        Assert.Equal("/srv/shop/data/app.db", database.Path);
        Assert.Equal(("/mnt/backups", TimeSpan.FromSeconds(5), "SELECT\n1"), (database.Backups, database.Timeout, database.MigrationQuery));
        Assert.Equal(
            [("a", "SELECT 1", AuditExpectation.NoRows), ("b", "SELECT 2", AuditExpectation.SomeRows)],
            database.Audits.Select(audit => (audit.Name, audit.Query, audit.Expect)));
    }

    [Fact]
    public void Read_Commands_RunInThePlatformsRoot()
    {
        var database = Configured.Read("""
            { "database": { "path": "a", "stop": { "command": ["a"] }, "start": { "command": ["b"], "workingFolder": "c" }, "smoke": { "command": ["d"] } } }
            """).Settings.Database!;

        Assert.Equal(("/srv/shop", "/srv/shop/c", "d"), (database.Stop!.WorkingFolder, database.Start!.WorkingFolder, database.Smoke!.Command[0]));
    }

    [Fact]
    public void Read_NoSection_NamesNoDatabase() => Assert.Null(Configured.Read("{}").Settings.Database);

    [Theory]
    [InlineData("""{ "timeout": "5s" }""", "database: lacks 'path'")]
    [InlineData("""{ "path": "a", "audit": [] }""", "did you mean 'audits'?")]
    [InlineData("""{ "path": "a", "audits": [ { "name": "a" } ] }""", "database.audits[0]: lacks 'query'")]
    [InlineData("""{ "path": "a", "audits": [ { "name": "a", "query": " " } ] }""", "expects an SQL query")]
    [InlineData("""{ "path": "a", "audits": [ { "name": "a", "query": "x" }, { "name": "A", "query": "y" } ] }""", "database.audits[1]")]
    [InlineData("""{ "path": "env:DATABASE" }""", "a reference is resolved")]
    public void Read_FaultyValue_IsRefusedWithItsPath(string section, string told) =>
        Assert.Contains(told, Configured.Refused($$"""{ "database": {{section}} }""").Message, StringComparison.Ordinal);

    [Fact]
    public void Override_OfAnItem_ReachesIt()
    {
        var settings = Configured.Read(
            """{ "database": { "path": "a", "audits": [ { "name": "a", "query": "x" } ] } }""",
            environment: null,
            ("database.audits[0].query", "SELECT 3"), ("database.path", "/var/b.db")).Settings;

        Assert.Equal(("/var/b.db", "SELECT 3"), (settings.Database!.Path, settings.Database.Audits[0].Query));
    }
}
