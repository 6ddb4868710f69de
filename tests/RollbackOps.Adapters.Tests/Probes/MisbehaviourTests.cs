using System.Net.Sockets;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Tests.Probes;

/// <summary>Servers that do what no server should: every one gives a result, and none an exception.</summary>
public class MisbehaviourTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Probe_NeverAnswers_FailsAtItsTimeout()
    {
        await using var server = new RawServer((_, token) => Task.Delay(Timeout.Infinite, token));
        var result = await server.ProbeAsync(timeout: s_short);
        AssertFailed(result, "no whole answer within 0.3 s");
        Assert.Equal(s_short, result.Duration);
        Assert.Null(result.StatusCode);
    }

    [Fact]
    public async Task Probe_DripsItsBody_FailsAtItsTimeout()
    {
        await using var server = new RawServer(async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"u8.ToArray(), token);
            while (true)
            {
                await stream.WriteAsync("x"u8.ToArray(), token);
                await Task.Delay(20, token);
            }
        });
        AssertFailed(await server.ProbeAsync(timeout: s_short), "no whole answer");
    }

    [Fact]
    public async Task Probe_EndlessBody_IsReadToALimitOnly()
    {
        var sent = 0L;
        await using var server = new RawServer(async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray(), token);
            var block = new byte[64 * 1024];
            while (true)
            {
                await stream.WriteAsync(block, token);
                sent += block.Length;
            }
        });
        var result = await server.ProbeAsync(Probing.Health with { Contains = "never there" });
        AssertFailed(result, "does not contain");
        Assert.Equal(200, result.StatusCode);
        // One megabyte, and what the operating system's buffers take on the way.
        Assert.InRange(Volatile.Read(ref sent), 1024 * 1024, 64 * 1024 * 1024);
    }

    [Fact]
    public async Task Probe_ConnectionReset_Fails()
    {
        await using var server = new RawServer((stream, _) =>
        {
            stream.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
            stream.Socket.Close();
            return Task.CompletedTask;
        });
        AssertFailed(await server.ProbeAsync(), "");
    }

    [Fact]
    public async Task Probe_NothingListens_Fails()
    {
        var server = RawServer.Ok("");
        await server.DisposeAsync();
        AssertFailed(await server.ProbeAsync(), "");
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("HTTP/1.1 999999 No\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Encoding: gzip\r\n\r\nxxxx")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Encoding: deflate\r\n\r\nxxxx")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 40\r\nContent-Encoding: br\r\n\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public async Task Probe_BrokenAnswer_Fails(string answer)
    {
        await using var server = RawServer.Answering(answer);
        AssertFailed(await server.ProbeAsync(), "");
    }

    [Theory]
    [InlineData("{", "no JSON")]
    [InlineData("", "no JSON")]
    [InlineData("<html>", "no JSON")]
    [InlineData("{\"ready\":null}", "nothing at $.ready")]
    [InlineData("[]", "nothing at $.ready")]
    [InlineData("{\"ready\":\"\\u001b[2Jno\"}", "<U+001B>[2Jno")]
    public async Task Probe_JsonNotAsExpected_FailsWithWhatItIs(string body, string expected)
    {
        await using var server = RawServer.Ok(body);
        var check = Probing.Health with { Json = new Dictionary<string, string> { ["$.ready"] = "true" } };
        AssertFailed(await server.ProbeAsync(check), expected);
    }

    [Fact]
    public async Task Probe_DeeplyNestedJson_IsNoJson()
    {
        await using var server = RawServer.Ok(new string('[', 100_000));
        var check = Probing.Health with { Json = new Dictionary<string, string> { ["$.ready"] = "true" } };
        AssertFailed(await server.ProbeAsync(check), "no JSON");
    }

    [Fact]
    public async Task Probe_AnswerThatStallsAPattern_IsGivenUpInTime()
    {
        await using var server = RawServer.Ok($$"""{"all":[{"name":"{{new string('a', 5000)}}!"}]}""");
        var check = Probing.Health with
        {
            Json = new Dictionary<string, string> { ["$.all[?(@.name =~ /^(a+)+$/)].name"] = "*" },
        };
        var result = await server.ProbeAsync(check);
        // The pattern is the check's own fault, and says nothing of the service.
        Assert.Equal(CheckStatus.NotProbed, result.Status);
        Assert.Contains("cannot be used", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("500 Oh no", 500)]
    [InlineData("204 Empty", 204)]
    [InlineData("404 \u001b[2J", 404)]
    public async Task Probe_WrongStatus_Fails(string status, int expected)
    {
        await using var server = RawServer.Ok("", status: status);
        var result = await server.ProbeAsync();
        AssertFailed(result, $"status {expected}; expected 200");
        Assert.Equal(expected, result.StatusCode);
    }

    [Fact]
    public async Task Probe_Redirect_IsNotFollowed()
    {
        await using var elsewhere = RawServer.Ok("fine");
        await using var server = RawServer.Ok("", $"Location: {elsewhere.Address}\r\n", "302 Found");
        AssertFailed(await server.ProbeAsync(), "status 302");
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task Probe_Cancelled_IsCancelledAndNoResult()
    {
        using var stop = new CancellationTokenSource();
        await using var server = new RawServer(async (_, token) =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.ProbeAsync(cancellationToken: stop.Token));
    }

    private static void AssertFailed(HealthCheckResult result, string reason)
    {
        Assert.Equal(CheckStatus.Failed, result.Status);
        Assert.NotNull(result.Reason);
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
        Assert.Equal(result.Reason, Inert.Line(result.Reason));
        Assert.Null(result.IsExpectedVersion);
    }
}
