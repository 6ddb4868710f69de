using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Configuration;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Tests.Probes;

/// <summary>Which version answers, and whether a cache does (S23).</summary>
public class IdentityTests
{
    private static readonly IdentitySettings s_json = new() { Json = "$.release", StartedAt = "$.startedAt" };

    [Theory]
    [InlineData(SampleRoot.Previous, true)]
    [InlineData(SampleRoot.Live, false)]
    public async Task Probe_IdInJson_IsCompared(string stated, bool expected)
    {
        await using var server = RawServer.Ok($$"""{"release":"{{stated}}","startedAt":"2026-01-02T03:04:05+01:00"}""");
        var result = await server.ProbeAsync(Probing.Health with { Identity = s_json });
        Assert.Equal(CheckStatus.Passed, result.Status);
        Assert.Equal(stated, result.ServedVersion);
        Assert.Equal(expected, result.IsExpectedVersion);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 2, 4, 5, TimeSpan.Zero), result.ServedSince);
    }

    [Fact]
    public async Task Probe_NumberInJson_IsComparedAsText()
    {
        await using var server = RawServer.Ok($$"""{"release":{{SampleRoot.Previous}}}""");
        Assert.True((await server.ProbeAsync(Probing.Health with { Identity = s_json })).IsExpectedVersion);
    }

    [Theory]
    [InlineData("no json at all")]
    [InlineData("{}")]
    [InlineData("""{"release":null}""")]
    public async Task Probe_NoVersionStated_IsNeitherRightNorWrong(string body)
    {
        await using var server = RawServer.Ok(body);
        var result = await server.ProbeAsync(Probing.Health with { Identity = s_json });
        Assert.Null(result.ServedVersion);
        Assert.Null(result.IsExpectedVersion);
    }

    [Fact]
    public async Task Probe_IdInAHeader_IsCompared()
    {
        await using var server = RawServer.Ok("", $"X-Release: {SampleRoot.Previous}\r\n");
        var result = await server.ProbeAsync(Probing.Health with { Identity = new IdentitySettings { Header = "x-release" } });
        Assert.True(result.IsExpectedVersion);
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef01234567", true)]
    [InlineData("0123456", true)]
    [InlineData("0123456789ABCDEF", true)]
    [InlineData("012345", false)]
    [InlineData("1123456", false)]
    [InlineData("0123456789abcdef0123456789abcdef012345678", false)]
    public async Task Probe_CommitPrefix_CountsFromSevenDigits(string stated, bool expected)
    {
        await using var server = RawServer.Ok("", $"X-Commit: {stated}\r\n");
        var identity = new IdentitySettings { Header = "X-Commit", Is = IdentityKind.Commit };
        Assert.Equal(expected, (await server.ProbeAsync(Probing.Health with { Identity = identity })).IsExpectedVersion);
    }

    [Fact]
    public async Task Probe_HostileVersion_IsInertAndShort()
    {
        await using var server = RawServer.Ok($$"""{"release":"\u001b]0;x\u0007\u202e{{new string('y', 100_000)}}"}""");
        var result = await server.ProbeAsync(Probing.Health with { Identity = s_json });
        Assert.StartsWith("<U+001B>]0;x<U+0007><U+202E>yyy", result.ServedVersion, StringComparison.Ordinal);
        Assert.InRange(result.ServedVersion!.Length, 1, 300);
        Assert.False(result.IsExpectedVersion);
    }

    [Theory]
    [InlineData("Age: 1\r\n", true)]
    [InlineData("Age: 0\r\n", false)]
    [InlineData("Age: old\r\n", false)]
    [InlineData("x-vercel-cache: HIT\r\n", true)]
    [InlineData("x-vercel-cache: hit\r\n", true)]
    [InlineData("x-vercel-cache: MISS\r\n", false)]
    [InlineData("", false)]
    public async Task Probe_AnswerOfACache_IsKnownAsOne(string headers, bool expected)
    {
        await using var server = RawServer.Ok("", headers);
        Assert.Equal(expected, (await server.ProbeAsync()).FromCache);
    }

    [Fact]
    public async Task Probe_Repeated_OpensANewConnectionPastCachesEachTime()
    {
        // The server would keep each connection open; the prober must not come back on it.
        await using var server = new RawServer(async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), token);
            await Task.Delay(Timeout.Infinite, token);
        });
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(CheckStatus.Passed, (await server.ProbeAsync()).Status);
        }

        Assert.Equal(3, server.Requests.Count);
        Assert.All(server.Requests, request =>
        {
            Assert.Matches(@"^GET /health(\?\S*)? HTTP/1\.1\r\n", request);
            Assert.Contains("Connection: close", request, StringComparison.Ordinal);
            Assert.Matches("Cache-Control: .*no-cache", request);
        });
    }
}
