using System.Diagnostics;
using System.Globalization;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Databases;
using RollbackOps.Tests.Child;
using Xunit.Abstractions;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>
/// Writes that are refused in the middle: the limit is the operating system's own, on the size of a file, so that each kind of
/// file (backup, copy aside, kept copy, SQLite's journal, ours) meets it at another limit.
/// </summary>
public sealed class SqliteFullDiskTests
{
    private static readonly string s_hooks = SqliteWorld.Hooks.Replace("[\"rm\", \"up\"]", "[\"rm\", \"-f\", \"up\"]", StringComparison.Ordinal);

    private readonly ITestOutputHelper _output;

    public SqliteFullDiskTests(ITestOutputHelper output) => _output = output;

    [Theory]
    [InlineData(DatabaseRuns.StopFirst, "delete", 2)]
    [InlineData(DatabaseRuns.StopFirst, "delete", 12)]
    [InlineData(DatabaseRuns.StopFirst, "delete", 40)]
    [InlineData(DatabaseRuns.StopFirst, "wal", 60)]
    [InlineData(DatabaseRuns.InPlace, "delete", 16)]
    [InlineData(DatabaseRuns.InPlace, "delete", 88)]
    [InlineData(DatabaseRuns.InPlace, "delete", 120)]
    [InlineData(DatabaseRuns.InPlace, "wal", 120)]
    public async Task Restore_NoMoreRoom_ChangesNothingAndStartsTheServices(string verb, string journalMode, int blocks)
    {
        using var world = new SqliteWorld(journalMode, orders: 20, database: s_hooks);
        await File.WriteAllTextAsync(world.UpFile, "");
        await world.BackUpAsync();
        // The live one is larger than its backup: the copy aside fits where the kept one does not.
        world.Order(400);
        var live = SqliteWorld.Content(world.Path);

        var run = await RunAsync(blocks, verb, world.Root);

        _output.WriteLine($"{blocks} blocks, {new FileInfo(world.Path).Length} B live: {run.Output.Split('\n').LastOrDefault(line => line.StartsWith("result", StringComparison.Ordinal))}{run.Errors}");
        Assert.Matches("result (Failed|Refused)", run.Output);
        Assert.Equal((live, "ok", journalMode), (SqliteWorld.Content(world.Path), world.Ask("PRAGMA integrity_check"), world.Ask("PRAGMA journal_mode")));
        Assert.True(File.Exists(world.UpFile));
        if (new RestoreRunner(world.Open(), _ => { }).Unfinished is { } unfinished)
        {
            // Its end could not be written down: it is taken up by the next call.
            Assert.Equal(RestoreStatus.Failed, (await new RestoreRunner(world.Open(), _ => { }).TakeUpAsync(unfinished)).Status);
        }

        Assert.Equal(["app.db", "rollback.json", "up"], world.Files());
        Assert.Equal(RestoreStatus.Succeeded, (await world.RestoreAsync(world.List()[0])).Status);
    }

    [Theory]
    [InlineData("delete", 1)]
    [InlineData("delete", 20)]
    [InlineData("wal", 40)]
    public async Task Backup_NoMoreRoom_LeavesNothing(string journalMode, int blocks)
    {
        using var world = new SqliteWorld(journalMode, orders: 400);
        var live = SqliteWorld.Content(world.Path);

        var run = await RunAsync(blocks, DatabaseRuns.Backup, world.Root);

        Assert.Contains("result Refused BackupFailed", run.Output, StringComparison.Ordinal);
        Assert.Equal(live, SqliteWorld.Content(world.Path));
        Assert.Empty(Directory.GetFileSystemEntries(world.Backups));
    }

    private static Task<ChildRun> RunAsync(int blocks, string verb, string root) => ChildRun.OfAsync(new ProcessStartInfo("sh")
    {
        ArgumentList =
        {
            "-c",
            // Without double mapping: the runtime's own code would count as a file. The signal would end the process.
            string.Create(CultureInfo.InvariantCulture, $"trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""),
            "sh", SampleSettings.Dotnet, SampleSettings.Assembly, verb, root, "0", "-1",
        },
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["DOTNET_EnableWriteXorExecute"] = "0", ["DOTNET_EnableDiagnostics"] = "0" },
    });
}
