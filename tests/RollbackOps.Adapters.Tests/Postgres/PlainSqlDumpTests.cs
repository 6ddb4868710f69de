using System.Text;
using RollbackOps.Adapters.Tests.Databases;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>The scanner of plain SQL on what the real programs write.</summary>
[Collection(PostgresTests.Name)]
public sealed class PlainSqlDumpTests(RealDumps dumps) : IClassFixture<RealDumps>
{
    [PostgresTheory]
    [InlineData("plain")]
    [InlineData("inserts")]
    public async Task Scan_DumpOfPgDump_PassesWhole(string kind)
    {
        var dump = dumps[kind];

        var scanned = await ScannedDump.ScanAsync(dump);

        Assert.Null(scanned.Failure);
        // All but the restriction's own lines and the comments above them; every other line keeps its place.
        var expected = Encoding.UTF8.GetString(dump).Split('\n');
        var passed = scanned.Passed.Split('\n');
        Assert.Equal(expected.Length, passed.Length);
        Assert.Equal(Statements(expected), Statements(passed));
        Assert.True(scanned.Content!.Statements > 150);
        Assert.Empty(scanned.Content.LeftOut);
    }

    [PostgresTheory]
    [InlineData("create", "CREATE DATABASE")]
    [InlineData("create-clean", "DROP DATABASE")]
    [InlineData("cluster", "CREATE ROLE")]
    public async Task Scan_DumpThatNamesDatabases_IsRefusedByItsLine(string kind, string statement)
    {
        var dump = dumps[kind];
        var line = Array.FindIndex(Encoding.UTF8.GetString(dump).Split('\n'), text => text.StartsWith(statement, StringComparison.Ordinal)) + 1;

        var scanned = await ScannedDump.ScanAsync(dump);

        Assert.Equal(ErrorId.DumpRefused, scanned.Failure?.Id);
        Assert.StartsWith($"Line {line} of the dump 'd' ", scanned.Failure!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(statement, scanned.Passed, StringComparison.Ordinal);
    }

    [PostgresTheory]
    [InlineData("create")]
    [InlineData("create-clean")]
    public async Task Scan_HeaderOfPgDump_CanBeLeftOut(string kind)
    {
        var dump = dumps[kind];
        var plain = await ScannedDump.ScanAsync(dumps["plain"]);

        var scanned = await ScannedDump.ScanAsync(dump, skips: true);

        Assert.Null(scanned.Failure);
        Assert.Contains(scanned.Content!.LeftOut, text => text.EndsWith("CREATE DATABASE", StringComparison.Ordinal));
        Assert.Contains(scanned.Content.LeftOut, text => text.EndsWith("\\connect", StringComparison.Ordinal));
        Assert.Contains(scanned.Content.LeftOut, text => text.EndsWith("ALTER ROLE", StringComparison.Ordinal));
        Assert.Contains(scanned.Content.LeftOut, text => text.EndsWith("GRANT ON DATABASE", StringComparison.Ordinal));
        // The objects are those of a dump without the header, and every line stays where it is.
        Assert.Equal(Objects(plain.Passed), Objects(scanned.Passed));
        Assert.Equal(Encoding.UTF8.GetString(dump).Count(c => c == '\n'), scanned.Passed.Count(c => c == '\n'));
    }

    [PostgresFact]
    public async Task Scan_DumpOfAllDatabases_IsRefusedThoughHeadersAreLeftOut() =>
        Assert.Equal(ErrorId.DumpRefused, (await ScannedDump.ScanAsync(dumps["cluster"], skips: true)).Failure?.Id);

    [PostgresTheory]
    [InlineData("plain", 1)]
    [InlineData("inserts", 1)]
    [InlineData("create-clean", 1)]
    [InlineData("plain", 1021)]
    [InlineData("create-clean", 1021)]
    public async Task Scan_DumpInPieces_IsJudgedAsInOne(string kind, int pieces)
    {
        var dump = dumps[kind];

        var whole = await ScannedDump.ScanAsync(dump, skips: true);
        var cut = await ScannedDump.ScanAsync(dump, skips: true, pieces);

        Assert.Null(whole.Failure);
        Assert.Equal(whole.Passed, cut.Passed);
        Assert.Equal(whole.Content!.LeftOut, cut.Content!.LeftOut);
    }

    [PostgresFact]
    public async Task Scan_Dump_CountsWhatPsqlSends()
    {
        var scanned = await ScannedDump.ScanAsync(dumps["plain"]);

        var queries = Assert.Single(await PsqlListener.RunAsync([Encoding.UTF8.GetBytes(scanned.Passed)]));

        Assert.Equal(scanned.Content!.Statements, queries.Count);
    }

    [PostgresTheory]
    [InlineData("plain")]
    [InlineData("inserts")]
    [InlineData("create-clean")]
    public async Task Scan_Dump_HasPsqlSendNothingElse(string kind)
    {
        var scanned = await ScannedDump.ScanAsync(dumps[kind], skips: true);

        PsqlListener.AssertHarmless(await PsqlListener.RunAsync([Encoding.UTF8.GetBytes(scanned.Passed)]));
    }

    [PostgresTheory]
    [InlineData("plain")]
    [InlineData("inserts")]
    public async Task Scan_DumpCutOffAnywhere_IsNeverTakenForWhole(string kind)
    {
        var dump = dumps[kind];
        // The closing line, and the restriction's end behind it, which says nothing any more.
        var whole = dump.AsSpan().IndexOf("-- PostgreSQL database dump complete"u8) + "-- PostgreSQL database dump complete".Length;
        for (var length = 1; length < whole; length += 61)
        {
            Assert.NotNull((await ScannedDump.ScanAsync(dump[..length])).Failure);
        }
    }

    private static IEnumerable<string> Statements(IEnumerable<string> lines) =>
        lines.Where(line => line.Length > 0 && !line.StartsWith("--", StringComparison.Ordinal) && !line.Contains("restrict rollbackops", StringComparison.Ordinal));

    /// <summary>What is left of a dump without comments and settings.</summary>
    private static IEnumerable<string> Objects(string dump) => dump.Split('\n').Where(line =>
        line.Length > 0 && !line.StartsWith("--", StringComparison.Ordinal) && !line.StartsWith("SET ", StringComparison.Ordinal)
        && !line.Contains("set_config", StringComparison.Ordinal));
}
