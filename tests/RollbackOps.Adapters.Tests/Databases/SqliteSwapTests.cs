using System.Diagnostics;
using System.Runtime.Versioning;
using RollbackOps.Adapters.Sqlite;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>The rename itself: rights, links, names, journals, and who has the file open.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SqliteSwapTests
{
    [Fact]
    public async Task Restore_LiveFileHasAnOwnerAndAnAccessList_TheNewOneHasThemToo()
    {
        using var world = new SqliteWorld(journalMode: "delete");
        var backup = await world.BackUpAsync();
        File.SetUnixFileMode(world.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        if (Shell("id", "-u").Trim() == "0")
        {
            Shell("chown", "1:2", world.Path);
        }

        // A file system or a machine without access lists: the owner and the mode are compared all the same.
        Shell("setfacl", "-m", "u:3:r,g:4:rw", world.Path);
        var before = (Shell("stat", "-c", "%u %g %a", world.Path), Shell("getfacl", "-cp", world.Path));

        var result = await world.RestoreAsync(backup);

        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        Assert.Equal(before, (Shell("stat", "-c", "%u %g %a", world.Path), Shell("getfacl", "-cp", world.Path)));
        Assert.Equal(before, (Shell("stat", "-c", "%u %g %a", result.Kept!), Shell("getfacl", "-cp", result.Kept!)));
    }

    [Theory]
    [InlineData("wal")]
    [InlineData("delete")]
    public async Task Restore_PathIsALink_ReplacesTheFileAndLeavesTheLink(string journalMode)
    {
        using var world = new SqliteWorld(journalMode);
        var good = SqliteWorld.Content(world.Path);
        var backup = await world.BackUpAsync();
        world.Run("DELETE FROM orders");
        Directory.CreateDirectory(Path.Combine(world.Root, "data"));
        var real = Path.Combine(world.Root, "data", "real name.db");
        File.Move(world.Path, real);
        File.CreateSymbolicLink(Path.Combine(world.Root, "data", "middle"), "real name.db");
        File.CreateSymbolicLink(world.Path, "data/middle");

        var result = await world.RestoreAsync(backup);

        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        Assert.Equal("data/middle", new FileInfo(world.Path).LinkTarget);
        Assert.Equal((good, good), (SqliteWorld.Content(real), SqliteWorld.Content(world.Path)));
        Assert.StartsWith(real, result.Kept, StringComparison.Ordinal);
        Assert.Equal("0", SqliteWorld.Ask(result.Kept!, "SELECT count(*) FROM orders"));
        Assert.Equal(RestoreStatus.Succeeded, (await world.UndoAsync()).Status);
        Assert.Equal("0", SqliteWorld.Ask(real, "SELECT count(*) FROM orders"));
    }

    [Fact]
    public async Task Restore_FileHasASecondName_IsRefusedBeforeAnyServiceStopsAndCanBeWrittenInto()
    {
        using var world = new SqliteWorld(journalMode: "delete", database: SqliteWorld.Hooks);
        await File.WriteAllTextAsync(world.UpFile, "");
        var good = SqliteWorld.Content(world.Path);
        var backup = await world.BackUpAsync();
        var second = Path.Combine(world.Root, "second");
        FileRights.Link(world.Path, second);
        world.Run("DELETE FROM orders");
        var before = world.Hash();

        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => world.RestoreAsync(backup));

        Assert.Equal((ErrorId.DatabaseUnsuitable, before), (refusal.Id, world.Hash()));
        Assert.Contains("-InPlace", refusal.NextStep, StringComparison.Ordinal);
        Assert.True(File.Exists(world.UpFile));
        var result = await world.RestoreAsync(backup, request => request with { InPlace = true });
        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        Assert.Equal(good, SqliteWorld.Content(second));
    }

    [Theory]
    [InlineData("second name")]
    [InlineData("link")]
    [InlineData("name that is gone")]
    public async Task Find_FileOpenByAnotherWay_NamesTheProcess(string way)
    {
        using var world = new SqliteWorld(journalMode: "delete");
        var other = Path.Combine(world.Root, "other");
        if (way == "link")
        {
            File.CreateSymbolicLink(other, world.Path);
        }
        else
        {
            FileRights.Link(world.Path, other);
        }

        using var idle = await OpenAsync(other);
        if (way == "name that is gone")
        {
            File.Delete(other);
        }

        Assert.Equal([$"sh (process {idle.Id})"], OpenHandles.Find(world.Path).Holders);
        idle.StandardInput.Close();
        await idle.WaitForExitAsync();
        Assert.Empty(OpenHandles.Find(world.Path).Holders);
    }

    [Fact]
    public async Task Find_FileWasDeletedAndMadeAgain_DoesNotTakeTheOldOneForIt()
    {
        using var world = new SqliteWorld(journalMode: "delete");
        using var idle = await OpenAsync(world.Path);
        File.Copy(world.Path, world.Path + ".new");
        File.Move(world.Path + ".new", world.Path, overwrite: true);

        Assert.Empty(OpenHandles.Find(world.Path).Holders);
        idle.StandardInput.Close();
        await idle.WaitForExitAsync();
    }

    [Fact]
    public void Find_ThisProcessHasItOpen_IsSeenWhereAskedFor()
    {
        using var world = new SqliteWorld(journalMode: "delete");
        using var open = new FileStream(world.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

        Assert.Single(OpenHandles.Find(world.Path, includesOwn: true).Holders);
        Assert.Empty(OpenHandles.Find(world.Path).Holders);
    }

    [Theory]
    [InlineData("mit Leerzeichen und größe")]
    [InlineData("a'quote\"double;semi=x")]
    [InlineData("%41?mode=ro#f")]
    public async Task Restore_FolderWithAnUnusualName_Works(string name)
    {
        using var world = new SqliteWorld();
        var root = Path.Combine(world.Root, name);
        Directory.CreateDirectory(root);
        var path = Path.Combine(root, name + ".db");
        SqliteWorld.Run(world.Path, "PRAGMA journal_mode = delete");
        File.Move(world.Path, path);
        SqliteWorld.Run(path, "PRAGMA journal_mode = wal");
        await File.WriteAllTextAsync(Path.Combine(world.Root, "rollback.json"), System.Text.Json.JsonSerializer.Serialize(
            new { project = "shop", database = new { path = $"{name}/{name}.db" } }));
        var good = SqliteWorld.Content(path);
        var backup = await world.BackUpAsync();
        SqliteWorld.Run(path, "DELETE FROM orders");

        var result = await world.RestoreAsync(backup);

        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        Assert.Equal(good, SqliteWorld.Content(path));
        Assert.Equal(RestoreStatus.Succeeded, (await world.UndoAsync(inPlace: true)).Status);
        Assert.Equal("0", SqliteWorld.Ask(path, "SELECT count(*) FROM orders"));
    }

    [Fact]
    public async Task Restore_HotJournalOfAKilledWriter_IsPlayedBackAndKept()
    {
        using var world = new SqliteWorld(journalMode: "delete", orders: 3000);
        var backup = await world.BackUpAsync();
        world.Order(3);
        var committed = SqliteWorld.Content(world.Path);
        await LeaveHotJournalAsync(world.Path);

        var result = await world.RestoreAsync(backup);

        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        Assert.Equal(committed, SqliteWorld.Content(result.Kept!));
        Assert.Equal("3000", world.Ask("SELECT count(*) FROM orders"));
        Assert.False(File.Exists(world.Path + "-journal"));
    }

    [Fact]
    public async Task Restore_LogOfAKilledWriter_IsInTheKeptOne()
    {
        using var world = new SqliteWorld();
        var backup = await world.BackUpAsync();
        var folder = Path.Combine(world.Root, "as-killed");
        Directory.CreateDirectory(folder);
        using (var writer = SqliteWorld.Connect(world.Path))
        {
            SqliteWorld.Ask(writer, "PRAGMA wal_autocheckpoint = 0");
            SqliteWorld.Ask(writer, "INSERT INTO orders (customer, amount, note) VALUES (1, 1, 'in the log')");
            foreach (var file in Directory.GetFiles(world.Root, "app.db*"))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }
        }

        foreach (var file in Directory.GetFiles(folder))
        {
            File.Move(file, Path.Combine(world.Root, Path.GetFileName(file)), overwrite: true);
        }

        var result = await world.RestoreAsync(backup);

        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        Assert.Equal("1", SqliteWorld.Ask(result.Kept!, "SELECT count(*) FROM orders WHERE note = 'in the log'"));
        Assert.Equal("0", world.Ask("SELECT count(*) FROM orders WHERE note = 'in the log'"));
    }

    /// <summary>
    /// Somebody opened the file in the last moment: the rename is taken back, and is cut off there. The live name leads to the
    /// new database then, and the old one has one name only.
    /// </summary>
    [Fact]
    public async Task Mend_TakingBackWasCutOff_BringsTheOldOneBackAndDeletesNothing()
    {
        using var world = new SqliteWorld(journalMode: "delete");
        var old = await File.ReadAllBytesAsync(world.Path);
        var (side, kept) = (world.Path + ".aside-x", world.Path + ".kept-x");
        File.Copy(world.Path, side);
        SqliteWorld.Run(side, "DELETE FROM orders");
        File.Move(world.Path, kept);
        FileRights.Link(side, world.Path);
        var engine = world.Open().Engine;

        Assert.False(await engine.IsSwappedAsync(side, kept, inPlace: false, CancellationToken.None));
        await engine.MendAsync(side, kept, "delete", inPlace: false, CancellationToken.None);

        Assert.Equal(old, await File.ReadAllBytesAsync(world.Path));
        Assert.True(File.Exists(side));
        Assert.False(File.Exists(kept));
    }

    [Fact]
    public async Task Mend_AForeignFileLiesWhereItWouldBeKept_IsLeftThere()
    {
        using var world = new SqliteWorld(journalMode: "delete");
        var kept = world.Path + ".kept-x";
        await File.WriteAllTextAsync(kept, "somebody's");
        var before = world.Hash();

        await world.Open().Engine.MendAsync(world.Path + ".aside-x", kept, "delete", inPlace: false, CancellationToken.None);

        Assert.Equal(("somebody's", before), (await File.ReadAllTextAsync(kept), world.Hash()));
    }

    private static async Task<Process> OpenAsync(string path)
    {
        var idle = Process.Start(new ProcessStartInfo("sh", ["-c", "exec 3<>\"$1\"; echo open; read line", "sh", path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("open", await idle.StandardOutput.ReadLineAsync());
        return idle;
    }

    /// <summary>As a killed writer leaves it: pages of its transaction are in the file already, and its journal undoes them.</summary>
    private static async Task LeaveHotJournalAsync(string path)
    {
        using var writer = SqliteWorld.Connect(path);
        SqliteWorld.Ask(writer, "PRAGMA cache_size = 5");
        SqliteWorld.Ask(writer, "BEGIN IMMEDIATE");
        SqliteWorld.Ask(writer, "UPDATE orders SET note = 'never committed'");
        await CopyAsync(path, path + ".killed");
        await CopyAsync(path + "-journal", path + ".killed-journal");
        SqliteWorld.Ask(writer, "ROLLBACK");
        await writer.CloseAsync();
        File.Move(path + ".killed", path, overwrite: true);
        File.Move(path + ".killed-journal", path + "-journal", overwrite: true);
    }

    private static async Task CopyAsync(string from, string to)
    {
        await using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await using var target = File.Create(to);
        await source.CopyToAsync(target);
    }

    private static string Shell(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "not installed";
        }
    }
}
