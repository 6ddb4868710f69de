using System.Net;
using System.Net.Sockets;

namespace RollbackOps.Adapters.Tests.Chatbot;

public sealed class ServiceTests : IAsyncLifetime
{
    private ChatbotApp _app = null!;

    public async Task InitializeAsync() => _app = await ChatbotApp.LaidOutAsync();

    public Task DisposeAsync()
    {
        _app.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Serve_BrokenRelease_AnswersWithErrorsButTellsWhoItIs()
    {
        var health = await _app.HealthAsync();
        var chat = await _app.ChatAsync("""{"message":"Hello"}""");

        Assert.Equal((500, Path.GetFileName(_app.Current)), (health.Status, health.Release));
        Assert.Equal(500, chat.Status);
    }

    [Fact]
    public async Task Restart_AfterASwitch_ServesTheTargetFromAnotherProcess()
    {
        var before = await _app.HealthAsync();
        _app.SwitchTo(_app.Releases[2]);

        await _app.SucceedAsync("restart", _app.Folder);
        var after = await _app.HealthAsync();
        var chat = await _app.ChatAsync("""{"message":"Hello"}""");

        Assert.Equal((200, Path.GetFileName(_app.Releases[2])), (after.Status, after.Release));
        Assert.NotEqual(before.ProcessId, after.ProcessId);
        Assert.True(after.StartedAt > before.StartedAt);
        Assert.False(ChatbotApp.IsRunning(before.ProcessId));
        Assert.Equal(200, chat.Status);
        Assert.Contains("Hello again!", chat.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_SeveralAtOnce_LeavesExactlyOneThatCanBeStopped()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _app.SucceedAsync("restart", _app.Folder)));
        var health = await _app.HealthAsync();

        await _app.SucceedAsync("stop", _app.Folder);

        Assert.False(ChatbotApp.IsRunning(health.ProcessId));
        await Assert.ThrowsAsync<HttpRequestException>(_app.HealthAsync);
    }

    [Fact]
    public async Task Start_Running_LeavesItRunning()
    {
        var before = await _app.HealthAsync();

        await _app.SucceedAsync("start", _app.Folder);

        Assert.Equal(before, await _app.HealthAsync());
    }

    [Fact]
    public async Task Start_PortTaken_SaysSoAndLeavesNothing()
    {
        await _app.SucceedAsync("stop", _app.Folder);
        using var taken = new TcpListener(IPAddress.Loopback, _app.Settings.Health.Addresses[0].Port);
        taken.Start();

        var ran = await ChatbotApp.RunAsync("start", _app.Folder);

        Assert.Equal(1, ran.ExitCode);
        Assert.Contains("in use", ran.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_app.Folder, "shared", "chatbot.json")));
    }

    [Fact]
    public async Task Stop_NumberOfAnotherProcess_LeavesThatAlone()
    {
        await _app.SucceedAsync("stop", _app.Folder);
        var state = Path.Combine(_app.Folder, "shared", "chatbot.json");
        await File.WriteAllTextAsync(state,
            $$"""{ "processId": {{Environment.ProcessId}}, "startedAt": "2001-01-01T00:00:00Z", "port": 1 }""");

        var ran = await _app.SucceedAsync("stop", _app.Folder);

        Assert.Contains("was not running", ran.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(state));
    }

    [Fact]
    public async Task Chat_WithoutAMessage_IsTheCallersFault()
    {
        _app.SwitchTo(_app.Releases[0]);
        await _app.SucceedAsync("restart", _app.Folder);

        Assert.Equal(400, (await _app.ChatAsync("""{"text":"Hello"}""")).Status);
        Assert.Equal(400, (await _app.ChatAsync("no JSON")).Status);
    }
}
