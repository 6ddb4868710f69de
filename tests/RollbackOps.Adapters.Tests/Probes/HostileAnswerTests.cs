using System.IO.Compression;
using System.Text;
using RollbackOps.Configuration;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Tests.Probes;

/// <summary>Whatever an answer is, it comes out as a result, soon and harmless.</summary>
public sealed class HostileAnswerTests
{
    private static readonly HealthCheckSettings s_check = HealthProberTests.Check() with
    {
        Json = new Dictionary<string, string> { ["$.status"] = "ok" },
        Identity = new IdentitySettings { Json = "$.release", StartedAt = "$.startedAt" },
    };

    public static TheoryData<string, string> Malformed => new()
    {
        { "empty", string.Empty },
        { "text", "it works" },
        { "cut off", "{\"status\":\"ok\"" },
        { "with a tail", "{\"status\":\"ok\"} trailing" },
        { "a list", "[1,2]" },
        { "a number", "1e999999999" },
        { "null", "null" },
        { "deep", new string('[', 100_000) },
        { "of other types", "{\"status\":{\"a\":[]},\"release\":{},\"startedAt\":1e400}" },
        { "with lone surrogates", "{\"status\":\"\\ud800\",\"release\":\"\\udfff\"}" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Probe_MalformedJson_Fails(string kind, string body)
    {
        await using var server = RawServer.Saying(body);

        var result = await HealthProberTests.OneAsync(server, s_check);

        Assert.True(result.Status == CheckStatus.Failed, kind);
        Assert.Null(result.ServedSince);
    }

    [Fact]
    public async Task Probe_EndlessAnswer_IsReadToItsLimitOnly()
    {
        await using var server = new RawServer(async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), token);
            while (true)
            {
                await stream.WriteAsync(new byte[64 * 1024], token);
            }
        });

        var result = await HealthProberTests.OneAsync(server, s_check);

        Assert.Equal((CheckStatus.Failed, "the answer is no JSON in its first 1 MiB"), (result.Status, result.Reason));
        Assert.Equal(CheckStatus.Passed, (await HealthProberTests.OneAsync(server, HealthProberTests.Check())).Status);
    }

    [Fact]
    public async Task Probe_AnswerThatTrickles_EndsAtTheTimeout()
    {
        await using var server = new RawServer(async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"u8.ToArray(), token);
            while (true)
            {
                await stream.WriteAsync("x"u8.ToArray(), token);
                await Task.Delay(TimeSpan.FromMilliseconds(20), token);
            }
        });
        var timeout = TimeSpan.FromMilliseconds(300);

        var result = await HealthProberTests.OneAsync(server, s_check with { Timeout = timeout });

        Assert.Equal(
            (CheckStatus.Failed, timeout, "no whole answer within 0.3 s"), (result.Status, result.Duration, result.Reason));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("HTTP/1.1 two hundred\r\n\r\n")]
    [InlineData("\0\u0001\u0002\u0003")]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    [InlineData("")]
    public async Task Probe_BrokenProtocol_Fails(string bytes)
    {
        await using var server = new RawServer(
            (stream, token) => stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), token).AsTask());

        var result = await HealthProberTests.OneAsync(server, s_check);

        Assert.Equal(CheckStatus.Failed, result.Status);
        Assert.NotEmpty(result.Reason!);
    }

    [Fact]
    public async Task Probe_EndlessHead_Fails()
    {
        await using var server = new RawServer(async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), token);
            while (true)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"X-A: {new string('a', 1000)}\r\n"), token);
            }
        });

        Assert.Equal(CheckStatus.Failed, (await HealthProberTests.OneAsync(server, s_check)).Status);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("latin1")]
    [InlineData("utf-7")]
    [InlineData("no-such-charset")]
    [InlineData("\"\"")]
    public async Task Probe_WrongCharset_DoesNotThrow(string charset)
    {
        await using var server = RawServer.Saying(
            """{"status":"ok"}""", headers: $"Content-Type: application/json; charset={charset}");

        Assert.NotEqual(CheckStatus.NotProbed, (await HealthProberTests.OneAsync(server, s_check)).Status);
    }

    [Fact]
    public async Task Probe_ByteOrderMark_IsNoPartOfTheJson()
    {
        await using var server = RawServer.Saying(
            [0xEF, 0xBB, 0xBF, .. "{\"status\":\"ok\"}"u8], 200, "Content-Type: application/json");

        Assert.Equal(CheckStatus.Passed, (await HealthProberTests.OneAsync(server, s_check)).Status);
    }

    [Fact]
    public async Task Probe_SmallAnswerThatUnpacksToAHugeOne_IsReadToItsLimitOnly()
    {
        await using var server = RawServer.Saying(Packed(new byte[64 * 1024 * 1024]), 200, "Content-Encoding: gzip");

        var result = await HealthProberTests.OneAsync(server, s_check);

        Assert.Equal((CheckStatus.Failed, "the answer is no JSON in its first 1 MiB"), (result.Status, result.Reason));
    }

    [Fact]
    public async Task Probe_AnswerPackedThoughNotAskedFor_IsRead()
    {
        await using var server = RawServer.Saying(Packed("{\"status\":\"ok\"}"u8), 200, "Content-Encoding: gzip");

        Assert.Equal(CheckStatus.Passed, (await HealthProberTests.OneAsync(server, s_check)).Status);
        Assert.Contains("Accept-Encoding: identity", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_ControlCharacters_ComeOutInert()
    {
        await using var server = RawServer.Saying("""{"status":"\u001b[2Jgone","release":"1\u0007\u202e2"}""");

        var result = await HealthProberTests.OneAsync(server, s_check);

        Assert.Equal("$.status is '<U+001B>[2Jgone'; expected 'ok'", result.Reason);
        Assert.Equal("1<U+0007><U+202E>2", result.ServedVersion);
    }

    [Fact]
    public async Task Probe_LongValues_AreCut()
    {
        var many = new string('a', 5000);
        await using var server = RawServer.Saying($$"""{"status":"{{many}}","release":"{{many}}"}""");

        var result = await HealthProberTests.OneAsync(server, s_check);

        Assert.InRange(result.Reason!.Length, 100, 150);
        Assert.InRange(result.ServedVersion!.Length, 200, 201);
    }

    [Fact]
    public async Task Probe_SecretSaidBack_IsNotShown()
    {
        await using var server = RawServer.Saying("""{"status":"no: s3cr3t-t0ken","release":"s3cr3t-t0ken"}""");

        var result = await HealthProberTests.OneAsync(
            server, s_check with { Headers = new Dictionary<string, string> { ["x-token"] = "s3cr3t-t0ken" } });

        Assert.DoesNotContain("s3cr3t", result.Reason + result.ServedVersion, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_CancelledByTheCaller_Throws()
    {
        var asked = new TaskCompletionSource();
        await using var server = new RawServer((_, token) =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.Infinite, token);
        });
        using var stopping = new CancellationTokenSource();
        var probing = HealthProberTests.OneAsync(
            new ProbeRequest { Address = server.Address, Checks = [s_check], Timeout = HealthProberTests.Patience },
            stopping.Token);
        await asked.Task;

        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probing);
    }

    private static byte[] Packed(ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            zip.Write(content);
        }

        return packed.ToArray();
    }
}
