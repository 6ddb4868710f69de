using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.Versioning;
using RollbackOps.Adapters.Backups;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>What may lie in a folder of backups: anything at all.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class BackupFolderTests : IDisposable
{
    private readonly SqliteWorld _world = new(orders: 50);

    public BackupFolderTests() => Directory.CreateDirectory(_world.Backups);

    [Fact]
    public async Task List_WhatIsNoFile_NeitherHangsNorHidesTheRest()
    {
        var backup = await _world.BackUpAsync();
        Run("mkfifo", At("db-snapshot-20240101.db"));
        Run("mkfifo", At("db-snapshot-20240108.db"));
        File.Copy(backup.Path, At("db-snapshot-20240102.db"));
        Run("mkfifo", At("db-snapshot-20240102.db.manifest.json"));
        Directory.CreateDirectory(At("db-snapshot-20240103.db"));
        File.CreateSymbolicLink(At("db-snapshot-20240104.db"), At("db-snapshot-20240105.db"));
        File.CreateSymbolicLink(At("db-snapshot-20240105.db"), At("db-snapshot-20240104.db"));
        File.CreateSymbolicLink(At("db-snapshot-20240106.db"), "/dev/zero");
        // Reading it fails, whoever reads.
        File.CreateSymbolicLink(At("db-snapshot-20240107.db"), "/proc/self/mem");

        var listed = await Task.Run(_world.List).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(
            [(backup.Name, BackupStatus.Untested), ("db-snapshot-20240107", BackupStatus.Damaged), ("db-snapshot-20240102", BackupStatus.Damaged)],
            listed.OrderByDescending(one => one.Name).Select(one => (one.Name, one.Status)));
        Assert.Contains("cannot be read", listed.Single(one => one.Name == "db-snapshot-20240107").Detail, StringComparison.Ordinal);
        Assert.Contains("no plain file", listed.Single(one => one.Name == "db-snapshot-20240102").Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"file\": \"../../app.db\"", "file")]
    [InlineData("\"file\": \"/etc/passwd\"", "file")]
    [InlineData("\"size\": 99999999999999999999999", "size")]
    [InlineData("\"size\": -1", "size")]
    [InlineData("\"name\": \"../../escaped\"", "name")]
    [InlineData("\"format\": \"PlainSql\"", "format")]
    [InlineData("\"format\": \"Nonsense\"", "format")]
    [InlineData("\"tables\": null", "tables")]
    [InlineData("\"tables\": { \"orders\": 1e400 }", "tables")]
    [InlineData("\"project\": null", "project")]
    [InlineData("\"startedAt\": \"99999-01-01T00:00:00Z\"", "startedAt")]
    public async Task List_ManifestThatLies_IsDamagedAndNeverUsed(string lie, string property)
    {
        var backup = await _world.BackUpAsync();
        var manifest = backup.Path + ".manifest.json";
        var document = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(manifest))!.AsObject();
        Assert.True(document.Remove(property));
        var rest = document.ToJsonString();
        await File.WriteAllTextAsync(manifest, $"{{ {lie}, {rest[1..]}");
        var before = _world.Hash();

        var listed = Assert.Single(_world.List());

        Assert.Equal((BackupStatus.Damaged, backup.Path), (listed.Status, listed.Path));
        Assert.Equal(ErrorId.BackupInvalid, (await Assert.ThrowsAsync<RollbackOpsException>(() => _world.RestoreAsync(listed))).Id);
        Assert.Equal(before, _world.Hash());
    }

    [Fact]
    public async Task List_ManifestDeepOrHuge_IsDamaged()
    {
        var backup = await _world.BackUpAsync();
        await File.WriteAllTextAsync(backup.Path + ".manifest.json", new string('[', 100_000));
        Assert.Equal(BackupStatus.Damaged, Assert.Single(_world.List()).Status);
        await using (var file = new FileStream(backup.Path + ".manifest.json", FileMode.Create))
        {
            file.SetLength(3L << 30);
        }

        Assert.Equal(BackupStatus.Damaged, Assert.Single(_world.List()).Status);
    }

    [Fact]
    public async Task List_ManifestWithControlCharacters_IsShownInert()
    {
        var backup = await _world.BackUpAsync();
        var manifest = backup.Path + ".manifest.json";
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest))
            .Replace("\"project\": \"shop\"", "\"project\": \"shop\\u001b]0;owned\\u0007\"", StringComparison.Ordinal)
            .Replace("EF Core", "\\u001b[2JEF Core", StringComparison.Ordinal));

        var listed = Assert.Single(_world.List());

        Assert.Equal(("shop<U+001B>]0;owned<U+0007>", "<U+001B>[2JEF Core: 20260202_Orders"), (listed.Project, listed.Manifest!.MigrationLevel));
        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => _world.RestoreAsync(listed));
        Assert.Equal(ErrorId.BackupForeign, refusal.Id);
        Assert.DoesNotContain('\u001b', refusal.Message);
    }

    [Fact]
    public async Task List_FileNameWithControlCharacters_IsShownInertAndRestored()
    {
        var backup = await _world.BackUpAsync();
        File.Move(backup.Path, At("db-snapshot-2024\u001b[31m.db"));

        var listed = Assert.Single(_world.List());

        Assert.Equal("db-snapshot-2024<U+001B>[31m", listed.Name);
        Assert.True((await _world.TestAsync(listed)).IsPassed);
    }

    [Fact]
    public async Task List_ThousandsOfFiles_TakesSecondsAtMost()
    {
        await _world.BackUpAsync();
        for (var number = 0; number < 5000; number++)
        {
            await File.WriteAllTextAsync(At($"db-snapshot-{1_600_000_000 + (number * 60)}.sql"), "SELECT 1;");
        }

        var begun = Stopwatch.GetTimestamp();
        var listed = _world.List();

        Assert.Equal(5001, listed.Count);
        Assert.Equal(listed.OrderByDescending(one => one.CreatedAt).Select(one => one.Path), listed.Select(one => one.Path));
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(30), $"{Stopwatch.GetElapsedTime(begun)}");
    }

    [Fact]
    public async Task Reserve_ManyAtOnceInOneSecond_EachGetsAFileOfItsOwn()
    {
        var folder = new BackupFolder(_world.Backups);
        const string Name = "db-snapshot-20260101T000000Z";
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reserving = Enumerable.Range(0, 40).Select(async _ =>
        {
            await start.Task;
            return folder.Reserve(Name, ".db");
        }).ToList();
        start.SetResult();

        var reservations = await Task.WhenAll(reserving);

        Assert.Equal(40, reservations.Select(one => one.TemporaryFile).Distinct().Count());
        Assert.All(reservations, one => Assert.Equal(DateTimeOffset.Parse("2026-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture), BackupName.Moment(one.Name)));
        Assert.Empty(folder.List());
    }

    [Fact]
    public async Task Keep_ClockWentBackwards_NeverDeletesTheNewOne()
    {
        var earlier = await _world.BackUpAsync();
        var fromTheFuture = await MoveInTimeAsync(earlier, TimeSpan.FromDays(2));

        var made = await _world.BackUpAsync(keep: 1);

        Assert.True(File.Exists(made.Path));
        Assert.False(File.Exists(fromTheFuture));
        Assert.Equal([made.Name], _world.List().Select(one => one.Name));
    }

    [Fact]
    public async Task Keep_NewerOnesAreDamaged_KeepsTheWholeOnes()
    {
        var whole = await _world.BackUpAsync();
        var damaged = await _world.BackUpAsync();
        await File.WriteAllBytesAsync(damaged.Path, (await File.ReadAllBytesAsync(damaged.Path))[..^1]);

        var made = await _world.BackUpAsync(keep: 2);

        Assert.Equal(new[] { made.Path, damaged.Path, whole.Path }.Order(), _world.List().Select(one => one.Path).Order());
    }

    [Theory]
    [InlineData("gzip of a database")]
    [InlineData("zip")]
    [InlineData("empty")]
    [InlineData("encrypted")]
    public async Task Format_NothingToBeRestoredHere_IsUnknownAndRefusedWithoutATouch(string what)
    {
        var backup = await _world.BackUpAsync();
        var content = await File.ReadAllBytesAsync(backup.Path);
        File.Delete(backup.Path);
        File.Delete(backup.Path + ".manifest.json");
        await File.WriteAllBytesAsync(At("db-snapshot-20240101.db"), what switch
        {
            "gzip of a database" => Packed(content),
            "zip" => [0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0, .. content],
            "empty" => [],
            // SQLCipher encrypts the header, too: it begins with its salt.
            _ => [.. System.Security.Cryptography.RandomNumberGenerator.GetBytes(16), .. content.Select(value => (byte)(value ^ 0xa5))],
        });
        var before = (_world.Hash(), string.Join(',', _world.Files()));
        var listed = Assert.Single(_world.List());

        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => _world.RestoreAsync(listed));

        Assert.Equal((ErrorId.BackupInvalid, ErrorKind.InvalidData), (refusal.Id, refusal.Kind));
        Assert.NotEmpty(refusal.NextStep);
        Assert.Equal(ErrorId.BackupInvalid, (await _world.TestAsync(listed)).Error);
        Assert.Equal(before, (_world.Hash(), string.Join(',', _world.Files())));
    }

    public void Dispose() => _world.Dispose();

    private string At(string name) => Path.Combine(_world.Backups, name);

    private static byte[] Packed(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    /// <summary>The backup as one that a clock which was ahead has dated.</summary>
    private static async Task<string> MoveInTimeAsync(DatabaseBackup backup, TimeSpan by)
    {
        var name = BackupName.At(backup.CreatedAt + by);
        var path = Path.Combine(Path.GetDirectoryName(backup.Path)!, name + ".db");
        var manifest = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(backup.Path + ".manifest.json"))!;
        manifest["name"] = name;
        manifest["file"] = name + ".db";
        manifest["startedAt"] = (backup.CreatedAt + by).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(path + ".manifest.json", manifest.ToJsonString());
        File.Move(backup.Path, path);
        File.Delete(backup.Path + ".manifest.json");
        return path;
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
