using System.Text.Json;
using System.Text.RegularExpressions;
using RollbackOps.Adapters.Git;

namespace RollbackOps.Adapters.Tests.Chatbot;

public sealed class LayoutTests : IAsyncLifetime
{
    private ChatbotApp _app = null!;

    public async Task InitializeAsync() => _app = await ChatbotApp.LaidOutAsync();

    public Task DisposeAsync()
    {
        _app.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public void LayOut_EmptyFolder_HasThreeGoodReleasesAFailedBuildAndABrokenCurrent()
    {
        var states = _app.Releases.Select(release => Of(release).GetProperty("state").GetString());

        Assert.Equal(["ready", "ready", "ready", "failed", "ready"], states);
        Assert.Equal(_app.Releases[^1], _app.Current);
        Assert.StartsWith("releases", new DirectoryInfo(Path.Combine(_app.Folder, "current")).LinkTarget, StringComparison.Ordinal);
        Assert.All(_app.Releases, release =>
        {
            Assert.True(File.Exists(Path.Combine(release, "chatbot.dll")));
            Assert.True(File.Exists(Path.Combine(release, "build.log")));
            Assert.Equal(
                Of(release).GetProperty("commit").GetString() + "\n", File.ReadAllText(Path.Combine(release, "REVISION")));
        });
    }

    [Fact]
    public void LayOut_EmptyFolder_LogsOnlyWhatWentLive()
    {
        var lines = File.ReadAllLines(Path.Combine(_app.Folder, "revisions.log"));

        Assert.Equal(
            _app.Releases.Where(release => Of(release).GetProperty("state").GetString() == "ready").Select(Path.GetFileName),
            lines.Select(line => Regex.Match(
                line, "^Branch main \\(at [0-9a-f]{7}\\) deployed as release ([0-9]{14}) by deploy$").Groups[1].Value));
    }

    [Fact]
    public async Task LayOut_EmptyFolder_BothRollbacksTakeBackNoMigration()
    {
        var repository = new GitRepository(_app.Settings.Repository!);
        var commits = _app.Releases.Select(release => Of(release).GetProperty("commit").GetString()!).ToList();

        var first = await repository.CompareAsync(commits[4], commits[2], CancellationToken.None);
        var second = await repository.CompareAsync(commits[2], commits[1], CancellationToken.None);

        Assert.Equal([commits[4], commits[3]], first.Commits.Select(commit => commit.Hash));
        Assert.Contains("src/model-client.txt", first.ChangedFiles);
        Assert.Empty(first.Migrations);
        Assert.Empty(second.Migrations);
        Assert.True(first.IsAncestor && second.IsAncestor);
        Assert.Equal(
            Of(_app.Releases[2]).GetProperty("createdAt").GetDateTimeOffset(), second.Commits[0].At, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void LayOut_EmptyFolder_WritesAConfigurationThatReads()
    {
        var settings = _app.Settings;

        Assert.Equal("127.0.0.1", Assert.Single(settings.Health.Addresses).Host);
        Assert.Equal(["health", "chat"], settings.Health.Checks.Select(check => check.Name));
        Assert.Equal(["dotnet", "current/chatbot.dll", "restart", "."], settings.Platform.Activate!.Command);
    }

    [Fact]
    public async Task LayOut_AgainInTheSameFolder_StopsAndLaysOutAnew()
    {
        var before = await _app.HealthAsync();
        var own = Path.Combine(_app.Current, "left-behind");
        File.WriteAllText(own, string.Empty);

        await _app.SucceedAsync("lay-out", _app.Folder);

        Assert.False(File.Exists(own));
        Assert.NotEqual(before.ProcessId, (await _app.HealthAsync()).ProcessId);
        Assert.False(ChatbotApp.IsRunning(before.ProcessId));
    }

    [Fact]
    public async Task LayOut_AFolderOfSomebodyElse_RefusesAndLeavesIt()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["precious"], "data");

        var ran = await ChatbotApp.RunAsync("lay-out", folder.Path);

        Assert.Equal(1, ran.ExitCode);
        Assert.Contains("is not empty", ran.Errors, StringComparison.Ordinal);
        Assert.Equal(["precious"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    private static JsonElement Of(string release) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(release, "release.json"))).RootElement;
}
