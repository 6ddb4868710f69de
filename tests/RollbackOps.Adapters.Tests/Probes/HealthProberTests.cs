using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using RollbackOps.Adapters.Probes;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Tests.Probes;

public sealed class HealthProberTests
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly Deployment s_target = new()
    {
        Id = "20261120093000",
        Project = "chatbot",
        Environment = "production",
        Platform = "ReleaseDirectory",
        State = DeploymentState.Ready,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Commit = "0123456789abcdef0123456789abcdef01234567",
    };

    [Fact]
    public async Task Probe_ExpectedAnswer_PassesWithItsStatusSignalAndRound()
    {
        await using var server = RawServer.Saying("""{"status":"ok"}""");

        var result = await OneAsync(new ProbeRequest
        {
            Address = server.Address,
            Checks = [Check() with { Signal = HardSignal.ServiceDown }],
            Timeout = Patience,
            Round = 3,
        });

        Assert.Equal(
            (CheckStatus.Passed, 200, null, HardSignal.ServiceDown, 3),
            (result.Status, result.StatusCode!.Value, result.Reason, result.Signal!.Value, result.Round));
        Assert.InRange(result.Duration, TimeSpan.FromTicks(1), Patience);
    }

    [Theory]
    [InlineData(500, "status 500; expected 200")]
    [InlineData(302, "status 302; expected 200")]
    [InlineData(401, "status 401; expected 200")]
    public async Task Probe_OtherStatus_Fails(int status, string reason)
    {
        await using var server = RawServer.Saying("{}", status, "Location: https://example.invalid/login");

        var result = await OneAsync(server, Check());

        Assert.Equal((CheckStatus.Failed, reason), (result.Status, result.Reason));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Probe_OneOfTheStatusesThatPass_Passes()
    {
        await using var server = RawServer.Saying(string.Empty, 204);

        Assert.Equal(CheckStatus.Passed, (await OneAsync(server, Check() with { Status = [200, 204] })).Status);
    }

    [Theory]
    [InlineData("ready", CheckStatus.Passed)]
    [InlineData("READY", CheckStatus.Failed)]
    public async Task Probe_Contains_IsExact(string text, CheckStatus expected)
    {
        await using var server = RawServer.Saying("all ready");

        Assert.Equal(expected, (await OneAsync(server, Check() with { Contains = text })).Status);
    }

    [Theory]
    [InlineData("$.reply", "*", null)]
    [InlineData("$.reply", "Hello!", null)]
    [InlineData("$.ok", "true", null)]
    [InlineData("$.count", "3", null)]
    [InlineData("$.parts[*].state", "up", null)]
    [InlineData("$.reply", "Bye", "$.reply is 'Hello!'; expected 'Bye'")]
    [InlineData("$.nothing", "*", "the answer has nothing at $.nothing")]
    [InlineData("$.none", "*", "the answer has nothing at $.none")]
    [InlineData("$.mixed[*]", "up", "$.mixed[*] is 'down'; expected 'up'")]
    public async Task Probe_JsonPath_IsHeldAgainstItsValue(string path, string wanted, string? reason)
    {
        await using var server = RawServer.Saying(
            """{"reply":"Hello!","ok":true,"count":3,"none":null,"parts":[{"state":"up"},{"state":"up"}],"mixed":["up","down"]}""");

        var result = await OneAsync(server, Check() with { Json = new Dictionary<string, string> { [path] = wanted } });

        Assert.Equal(reason, result.Reason);
        Assert.Equal(reason is null ? CheckStatus.Passed : CheckStatus.Failed, result.Status);
    }

    [Theory]
    [InlineData("20261120093000", IdentityKind.Id, true)]
    [InlineData("20261120", IdentityKind.Id, false)]
    [InlineData("0123456789abcdef0123456789abcdef01234567", IdentityKind.Commit, true)]
    [InlineData("0123456", IdentityKind.Commit, true)]
    [InlineData("0123456789ABCDEF", IdentityKind.Commit, true)]
    [InlineData("012345", IdentityKind.Commit, false)]
    [InlineData("1123456", IdentityKind.Commit, false)]
    [InlineData("", IdentityKind.Commit, null)]
    public async Task Probe_StatedVersion_IsComparedWithTheExpectedOne(string stated, IdentityKind kind, bool? isExpected)
    {
        await using var server = RawServer.Saying($$"""{"version":"{{stated}}"}""", headers: $"X-Version: {stated}");
        var byJson = new IdentitySettings { Json = "$.version", Is = kind };
        var byHeader = new IdentitySettings { Header = "x-version", Is = kind };

        foreach (var identity in (IdentitySettings[])[byJson, byHeader])
        {
            var result = await OneAsync(new ProbeRequest
            {
                Address = server.Address,
                Checks = [Check() with { Identity = identity }],
                Timeout = Patience,
                Expected = s_target,
            });

            Assert.Equal(isExpected, result.IsExpectedVersion);
            Assert.Equal(stated.Length == 0 ? null : stated, result.ServedVersion);
        }
    }

    [Fact]
    public async Task Probe_StartTime_IsReadAsUtc()
    {
        await using var server = RawServer.Saying("""{"v":"1","at":"2026-11-23T02:30:00+01:00"}""");

        var result = await OneAsync(
            server, Check() with { Identity = new IdentitySettings { Json = "$.v", StartedAt = "$.at" } });

        Assert.Equal(new DateTimeOffset(2026, 11, 23, 1, 30, 0, TimeSpan.Zero), result.ServedSince);
        Assert.Equal(TimeSpan.Zero, result.ServedSince!.Value.Offset);
    }

    [Theory]
    [InlineData("Age: 3", true)]
    [InlineData("Age: 0", false)]
    [InlineData("Age: soon", false)]
    [InlineData("x-vercel-cache: HIT", true)]
    [InlineData("x-vercel-cache: MISS", false)]
    public async Task Probe_AnswerOfACache_IsToldApart(string header, bool fromCache)
    {
        await using var server = RawServer.Saying("{}", headers: header);

        Assert.Equal(fromCache, (await OneAsync(server, Check())).FromCache);
    }

    [Fact]
    public async Task Probe_Twice_ComesOverNewConnectionsPastCaches()
    {
        await using var server = RawServer.Saying("{}");

        var first = await OneAsync(server, Check() with { Path = "/health?full=1" });
        await OneAsync(server, Check() with { Path = "/health?full=1" });

        var requests = server.Requests.ToList();
        Assert.Equal(2, requests.Count);
        var marks = requests.Select(request => Regex.Match(request, @"^GET /health\?full=1&_rollback=(\w{16}) HTTP").Groups[1].Value);
        Assert.Equal(2, marks.Where(mark => mark.Length > 0).Distinct().Count());
        Assert.All(requests, request => Assert.Contains("no-cache", request, StringComparison.Ordinal));
        Assert.Equal(new Uri(server.Address, "health?full=1"), first.Address);
    }

    [Fact]
    public async Task Probe_Post_SendsItsBodyAsItIsAndNoMark()
    {
        await using var server = RawServer.Saying("{}");

        await OneAsync(server, Check() with { Method = "POST", Path = "/api/chat", Body = """{"message":"Hello"}""" });

        var request = Assert.Single(server.Requests);
        Assert.StartsWith("POST /api/chat HTTP", request, StringComparison.Ordinal);
        Assert.Contains("X-Synthetic-Request: RollbackOps", request, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json", request, StringComparison.Ordinal);
        Assert.EndsWith("""{"message":"Hello"}""", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_AddressWithAPath_AsksBelowIt()
    {
        await using var server = RawServer.Saying("{}");

        var result = await OneAsync(new ProbeRequest
        {
            Address = new Uri(server.Address, "app/"),
            Checks = [Check()],
            Timeout = Patience,
        });

        Assert.Equal("/app/health", result.Address.AbsolutePath);
    }

    [Fact]
    public async Task Probe_Headers_AreSentAndTheChecksOwnWin()
    {
        await using var server = RawServer.Saying("{}");

        await OneAsync(new ProbeRequest
        {
            Address = server.Address,
            Checks =
            [
                Check() with
                {
                    Method = "POST",
                    Body = "x",
                    Headers = new Dictionary<string, string> { ["X-KEY"] = "check", ["content-type"] = "text/special" },
                },
            ],
            Headers = new Dictionary<string, string> { ["x-key"] = "general", ["User-Agent"] = "mine" },
            Timeout = Patience,
        });

        var request = Assert.Single(server.Requests);
        Assert.Contains("X-KEY: check", request, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Content-Type: text/special", request, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("User-Agent: mine", request, StringComparison.Ordinal);
        Assert.DoesNotContain("general", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "")]
    [InlineData(403, "")]
    [InlineData(302, "Location: https://example.invalid/sso-api?url=x")]
    [InlineData(307, "Location: /login")]
    public async Task Probe_LoginAtAProtectedAddress_IsNotProbed(int status, string header)
    {
        await using var server = RawServer.Saying("please log in", status, "X-A: b\r\n" + header);

        var result = await OneAsync(new ProbeRequest
        {
            Address = server.Address,
            Checks = [Check()],
            Timeout = Patience,
            IsBehindPlatform = true,
        });

        Assert.Equal((CheckStatus.NotProbed, status), (result.Status, result.StatusCode!.Value));
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(302, "Location: /elsewhere")]
    public async Task Probe_NoLoginAtAProtectedAddress_Fails(int status, string header)
    {
        await using var server = RawServer.Saying("{}", status, "X-A: b\r\n" + header);

        var result = await OneAsync(new ProbeRequest
        {
            Address = server.Address,
            Checks = [Check()],
            Timeout = Patience,
            IsBehindPlatform = true,
        });

        Assert.Equal(CheckStatus.Failed, result.Status);
    }

    // What the platform answers for cannot be down by itself: it is this machine that does not get there (S6).
    [Theory]
    [InlineData(true, CheckStatus.NotProbed)]
    [InlineData(false, CheckStatus.Failed)]
    public async Task Probe_NobodyThere_SaysNothingOfWhatAPlatformAnswersFor(bool isBehindPlatform, CheckStatus status)
    {
        var server = RawServer.Saying("{}");
        var address = server.Address;
        await server.DisposeAsync();

        var result = await OneAsync(new ProbeRequest
        {
            Address = address,
            Checks = [Check()],
            Timeout = Patience,
            IsBehindPlatform = isBehindPlatform,
        });

        Assert.Equal((status, null), (result.Status, result.StatusCode));
        Assert.Contains("refused", result.Reason, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Probe_SeveralChecks_ComeBackInTheirOrder()
    {
        await using var server = RawServer.Saying("{}");

        var results = await new HealthProber(TimeProvider.System).ProbeAsync(
            new ProbeRequest
            {
                Address = server.Address,
                Checks = [.. Enumerable.Range(0, 8).Select(number => Check() with { Name = $"check {number}" })],
                Timeout = Patience,
            },
            CancellationToken.None);

        Assert.Equal(Enumerable.Range(0, 8).Select(number => $"check {number}"), results.Select(result => result.Name));
    }

    [Fact]
    public async Task Probe_NobodyListens_FailsWithoutAStatus()
    {
        var result = await OneAsync(new ProbeRequest { Address = DeadAddress(), Checks = [Check()], Timeout = Patience });

        Assert.Equal((CheckStatus.Failed, null), (result.Status, result.StatusCode));
        Assert.Contains("refused", result.Reason, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("$[", "GET", "application/json")]
    [InlineData("$..[?(@.a =~ /(/)]", "GET", "application/json")]
    [InlineData("*", "GE T", "application/json")]
    [InlineData("*", "POST", "no media type")]
    public async Task Probe_CheckThatCannotBeMade_IsNotProbedRatherThanFailed(string path, string method, string contentType)
    {
        await using var server = RawServer.Saying("""{"a":"b"}""");

        var result = await OneAsync(server, Check() with
        {
            Method = method,
            Body = method == "POST" ? "{}" : null,
            ContentType = contentType,
            Json = new Dictionary<string, string> { [path] = "*" },
        });

        Assert.Equal(CheckStatus.NotProbed, result.Status);
        Assert.StartsWith("the check cannot be made: ", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_HeaderThatCannotBeSent_IsNotToldItsValue()
    {
        await using var server = RawServer.Saying("{}");

        var result = await OneAsync(
            server, Check() with { Headers = new Dictionary<string, string> { ["x-token"] = "hunter2\r\nX-Other: 1" } });

        Assert.Equal(CheckStatus.NotProbed, result.Status);
        Assert.DoesNotContain("hunter2", result.Reason, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Answers_AnyStatus_True()
    {
        await using var server = RawServer.Saying("{}", 503);

        Assert.True(await new HealthProber(TimeProvider.System).AnswersAsync(server.Address, Patience, CancellationToken.None));
    }

    [Fact]
    public async Task Answers_NobodyThere_False() =>
        Assert.False(await new HealthProber(TimeProvider.System).AnswersAsync(DeadAddress(), Patience, CancellationToken.None));

    [Fact]
    public async Task Answers_Silence_FalseAtTheTimeout()
    {
        await using var server = new RawServer((_, token) => Task.Delay(Timeout.Infinite, token));

        Assert.False(await new HealthProber(TimeProvider.System)
            .AnswersAsync(server.Address, TimeSpan.FromMilliseconds(100), CancellationToken.None));
    }

    internal static HealthCheckSettings Check() => new() { Name = "health", Path = "/health" };

    internal static Task<HealthCheckResult> OneAsync(RawServer server, HealthCheckSettings check) =>
        OneAsync(new ProbeRequest { Address = server.Address, Checks = [check], Timeout = Patience });

    internal static async Task<HealthCheckResult> OneAsync(
        ProbeRequest request, CancellationToken cancellationToken = default) =>
        Assert.Single(await new HealthProber(TimeProvider.System).ProbeAsync(request, cancellationToken));

    private static Uri DeadAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
    }
}
