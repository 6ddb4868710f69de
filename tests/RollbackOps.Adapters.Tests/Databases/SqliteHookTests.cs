using System.Diagnostics;
using System.Globalization;
using RollbackOps.Adapters.Tests.Chatbot;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>Commands for the services that behave badly: it is told, and nothing is lost.</summary>
public sealed class SqliteHookTests : IDisposable
{
    private const string Start = """, "start": { "command": ["touch", "up"] }""";

    private SqliteWorld? _world;

    public void Dispose()
    {
        foreach (var note in new[] { "stopper", "child", "service" }.Where(note => File.Exists(InRoot(note))))
        {
            End(int.Parse(File.ReadAllText(InRoot(note)), CultureInfo.InvariantCulture));
        }

        _world?.Dispose();
    }

    [Fact]
    public async Task Restore_StopCommandIgnoresSignalsAndNeverEnds_IsEndedAndTold()
    {
        var (world, backup) = await LayOutAsync("""
            , "stop": { "command": ["sh", "-c", "trap '' TERM INT HUP; echo $$ > stopper; rm up; echo still busy; while :; do sleep 0.05; done"], "timeout": "2s" }
            """ + Start);
        var before = world.Hash();

        var result = await world.RestoreAsync(backup);

        Assert.Equal((RestoreStatus.Failed, ErrorId.HookFailed), (result.Status, result.Error));
        Assert.Contains("took longer than 2 s and was ended and said: still busy", result.Message, StringComparison.Ordinal);
        Assert.False(ChatbotApp.IsRunning(int.Parse(await File.ReadAllTextAsync(InRoot("stopper")), CultureInfo.InvariantCulture)));
        Assert.Equal((before, "app.db,rollback.json,stopper,up"), (world.Hash(), string.Join(',', world.Files())));
    }

    [Theory]
    [InlineData("wal")]
    [InlineData("delete")]
    public async Task Restore_StopCommandLeavesAProcessThatHasTheDatabaseOpen_IsRefusedAndNamesIt(string journalMode)
    {
        var (world, backup) = await LayOutAsync("""
            , "stop": { "command": ["sh", "-c", "exec 3<>app.db; sleep 600 & echo $! > child; exec 3>&-; rm up"] }
            """ + Start, journalMode);
        var before = world.Hash();

        var result = await world.RestoreAsync(backup);

        Assert.Equal((RestoreStatus.Failed, ErrorId.DatabaseInUse), (result.Status, result.Error));
        Assert.Contains($"sleep (process {(await File.ReadAllTextAsync(InRoot("child"))).Trim()})", result.Message, StringComparison.Ordinal);
        Assert.Equal((before, "app.db,child,rollback.json,up"), (world.Hash(), string.Join(',', world.Files())));
    }

    [Fact]
    public async Task Restore_StartCommandLeavesTheServiceBehind_DoesNotWaitForItNorEndIt()
    {
        var (world, backup) = await LayOutAsync("""
            , "stop": { "command": ["rm", "up"] }, "start": { "command": ["sh", "-c", "sleep 600 & echo $! > service; touch up"] }
            """);

        var result = await world.RestoreAsync(backup);

        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        Assert.True(ChatbotApp.IsRunning(int.Parse(await File.ReadAllTextAsync(InRoot("service")), CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Restore_StartCommandNeverEnds_SwapsBackAndSaysThatTheServicesAreDown()
    {
        var (world, backup) = await LayOutAsync("""
            , "stop": { "command": ["rm", "-f", "up"] }, "start": { "command": ["sh", "-c", "echo serving; exec sleep 600"], "timeout": "2s" }
            """);
        world.Order(7);
        var live = SqliteWorld.Content(world.Path);

        var result = await world.RestoreAsync(backup);

        Assert.Equal((RestoreStatus.SwappedBack, ErrorId.HookFailed, live), (result.Status, result.Error, SqliteWorld.Content(world.Path)));
        Assert.Contains("database.start failed: it took longer than 2 s and was ended and said: serving", result.Message, StringComparison.Ordinal);
        Assert.Contains("could not be started", result.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(world.Root, "*-rejected"));
    }

    private static void End(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended.
        }
    }

    private async Task<(SqliteWorld World, DatabaseBackup Backup)> LayOutAsync(string commands, string journalMode = "wal")
    {
        _world = new SqliteWorld(journalMode, orders: 20, database: commands);
        await File.WriteAllTextAsync(_world.UpFile, "");
        return (_world, await _world.BackUpAsync());
    }

    private string InRoot(string name) => Path.Combine(_world!.Root, name);
}
