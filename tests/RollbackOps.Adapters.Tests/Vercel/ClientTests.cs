using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using RollbackOps.Adapters.Vercel;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Adapters.Tests.Vercel;

/// <summary>The client over a real socket, and what it says when things go wrong.</summary>
public sealed class ClientTests : IAsyncLifetime
{
    private readonly FakeVercel _fake = FakeVercel.WithThree(TimeProvider.System);
    private FakeVercelServer _server = null!;
    private VercelPlatform _platform = null!;

    public async Task InitializeAsync()
    {
        _fake.JobTime = TimeSpan.FromMilliseconds(50);
        _server = await FakeVercelServer.StartAsync(_fake);
        _platform = Platform(_server.Address);
    }

    public async Task DisposeAsync()
    {
        _platform.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task RollBackAndUndo_OverASocket_Succeed()
    {
        var settings = Settings(_server.Address);
        var context = new RollbackContext(settings, _platform, new FakeStore(new FaultPlan()),
            new AliasProber(_fake, TimeProvider.System), repository: null, [], new TestSecrets(), TimeProvider.System, "Ann");
        var planner = new RollbackPlanner(context, _ => { });
        var runner = new RollbackRunner(context, _ => { });

        var plan = await planner.PlanAsync(new PlanRequest { Reason = "errors & more?" }, CancellationToken.None);
        var result = await runner.RunAsync(plan, decision: null, CancellationToken.None);
        var undo = await runner.RunAsync(
            await planner.PlanUndoAsync(null, "forward", CancellationToken.None), decision: null, CancellationToken.None);

        Assert.Equal((RollbackStatus.Succeeded, RollbackStatus.Succeeded), (result.Status, undo.Status));
        Assert.Equal("dpl_three", _fake.Production);
    }

    // The token goes to the API's own address and to no other.
    [Fact]
    public async Task Redirect_ToAnotherHost_IsNotFollowed()
    {
        await using var thief = await FakeVercelServer.StartAsync(_fake);
        _server.Intercept = context =>
        {
            context.Response.Redirect(new Uri(thief.Address, context.Request.Path).ToString());
            return Task.FromResult(true);
        };

        var error = await Assert.ThrowsAsync<RollbackOpsException>(() => _platform.ReadCurrentAsync(CancellationToken.None));

        Assert.Equal(ErrorId.PlatformUnreadable, error.Id);
        Assert.Contains("not sent to another address", error.Message, StringComparison.Ordinal);
        Assert.Empty(thief.Authorizations);
    }

    [Fact]
    public async Task Answer_Packed_IsUnpacked()
    {
        _server.Intercept = async context =>
        {
            Assert.Contains("gzip", context.Request.Headers.AcceptEncoding.ToString(), StringComparison.Ordinal);
            var answer = _fake.Answer("GET", "/v9/projects/shop?rollbackInfo=true", $"Bearer {FakeVercel.Token}", "");
            context.Response.ContentType = answer.ContentType;
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(answer.Body!));
            return true;
        };

        Assert.Equal("dpl_three", await _platform.ReadCurrentAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Answer_CutOffOnce_IsAskedForAgainAndTold()
    {
        var said = new List<string>();
        _platform.Tell = said.Add;
        var count = 0;
        _server.Intercept = async context =>
        {
            if (count++ > 0)
            {
                return false;
            }

            await FakeVercelServer.ResetAsync(context, "{\"id\":\"prj_");
            return true;
        };

        Assert.Equal("dpl_three", await _platform.ReadCurrentAsync(CancellationToken.None));
        Assert.Contains("once more in", Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal(2, count);
    }

    [Fact]
    public async Task Switch_ConnectionCutAfterItWasTaken_IsFollowedAndNotRepeated()
    {
        var requests = 0;
        _server.Intercept = context =>
        {
            if (!context.Request.Path.Value!.Contains("/rollback/dpl_", StringComparison.Ordinal))
            {
                return Task.FromResult(false);
            }

            requests++;
            _fake.Begin("rollback", "dpl_two");
            context.Abort();
            return Task.FromResult(true);
        };

        var detail = await _platform.ApplyAsync(StepKind.Switch, await StepAsync(), CancellationToken.None);

        Assert.Contains("production leads to dpl_two", detail, StringComparison.Ordinal);
        Assert.Equal((1, 1), (requests, _fake.Switches));
    }

    [Fact]
    public async Task Api_NobodyListens_IsUnavailableAndNothingHappened()
    {
        var address = _server.Address;
        var step = await StepAsync();
        await _server.DisposeAsync();

        var error = await Assert.ThrowsAsync<RollbackOpsException>(
            () => _platform.ApplyAsync(StepKind.Switch, step, CancellationToken.None));

        Assert.Equal(ErrorId.PlatformUnavailable, error.Id);
        _server = await FakeVercelServer.StartAsync(_fake, address.Port);
    }

    [Theory]
    [InlineData("env:TEST_OTHER_TOKEN", ErrorId.PlatformUnauthorized)]
    [InlineData("env:TEST_BROKEN_TOKEN", ErrorId.SecretUnavailable)]
    [InlineData("env:TEST_MISSING", ErrorId.SecretUnavailable)]
    public async Task Token_Wrong_IsToldWithoutTheToken(string reference, ErrorId id)
    {
        var settings = Settings(_server.Address);
        var vercel = settings.Platform.Vercel! with { Token = reference };
        using var platform = new VercelPlatform(
            settings with { Platform = settings.Platform with { Vercel = vercel } }, new TestSecrets(), TimeProvider.System);

        var error = await Assert.ThrowsAsync<RollbackOpsException>(() => platform.ReadCurrentAsync(CancellationToken.None));

        Assert.Equal(id, error.Id);
        Assert.Contains(reference, error.Message + error.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("another-token", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Injected", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Team_NotTheTokens_IsForbiddenAndNamesTheSetting()
    {
        var settings = Settings(_server.Address);
        using var platform = new VercelPlatform(
            settings with { Platform = settings.Platform with { Vercel = settings.Platform.Vercel! with { Team = "others" } } },
            new TestSecrets(), TimeProvider.System);

        var error = await Assert.ThrowsAsync<RollbackOpsException>(() => platform.ReadCurrentAsync(CancellationToken.None));

        Assert.Equal(ErrorId.PlatformForbidden, error.Id);
        Assert.Contains("platform.vercel.team", error.NextStep, StringComparison.Ordinal);
        Assert.Contains("'others'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_BuildAndRuntime_AreStreamedAndInert()
    {
        _fake.BuildLog.AddRange(["Cloning", "Done \u001b[2J"]);
        _fake.RuntimeLog.Add("""{"level":"error","message":"boom","source":"serverless","timestampInMs":1770000000000,"domain":"shop.example","requestMethod":"GET","requestPath":"/a","responseStatusCode":500,"rowId":"1"}""");

        var lines = new List<DeploymentLogLine>();
        await foreach (var line in _platform.ReadLogAsync("dpl_three", CancellationToken.None))
        {
            lines.Add(line);
        }

        Assert.Equal(["build 1 Cloning", "build 2 Done <U+001B>[2J", "runtime 1 error: GET shop.example/a 500: boom"],
            lines.Select(line => $"{line.Source} {line.Number} {line.Text}"));
        Assert.Equal(new DateTimeOffset(2026, 2, 2, 2, 40, 0, TimeSpan.Zero), lines[2].At);
    }

    [Fact]
    public async Task Requests_OfALiveTail_AreCountedOnceAndAsTheyCome()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Intercept = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/runtime-logs", StringComparison.Ordinal))
            {
                return false;
            }

            context.Response.ContentType = "application/stream+json";
            await WriteAsync(Line(1, "/a", 200), Line(1, "/a", 200), Line(2, "/b", 500), Line(3, "/c", 0), Line(3, "/c", -1),
                """{"rowId":"","level":"error","source":"delimiter","message":"Exceeded the limit","timestampInMs":4}""");
            // The rest only after those before were taken: nothing is held back until the stream ends.
            await seen.Task;
            await WriteAsync(Line(5, "/d", 200));
            gone.SetResult();
            return true;

            async Task WriteAsync(params string[] lines)
            {
                await context.Response.WriteAsync(string.Concat(lines.Select(line => line + "\n")));
                await context.Response.Body.FlushAsync();
            }
        };

        var requests = new List<ServedRequest>();
        await foreach (var request in (await _platform.FollowRequestsAsync("dpl_three", CancellationToken.None))!)
        {
            requests.Add(request);
            if (requests.Count == 3)
            {
                seen.SetResult();
            }
        }

        await gone.Task;
        Assert.Equal([("/a", 200), ("/b", 500), ("/c", -1), ("/d", 200)], requests.Select(request => (request.Path, request.Status)));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddMilliseconds(5), requests[3].At);

        static string Line(int at, string path, int status) => "{" + string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"\"level\":\"info\",\"source\":\"serverless\",\"timestampInMs\":{at},\"domain\":\"shop.example\",\"requestMethod\":\"GET\",\"requestPath\":\"{path}\",\"responseStatusCode\":{status},\"message\":\"\",\"rowId\":\"{at}\"") + "}";
    }

    [Fact]
    public async Task Log_NoLine_IsNotFound()
    {
        var error = await Assert.ThrowsAsync<RollbackOpsException>(async () =>
        {
            await foreach (var _ in _platform.ReadLogAsync("dpl_three", CancellationToken.None))
            {
            }
        });

        Assert.Equal(ErrorId.LogNotFound, error.Id);
    }

    [Fact]
    public void Description_LongReason_IsCutAndKeepsTheId()
    {
        var description = VercelApi.Description(string.Concat(Enumerable.Repeat("\U0001F525 fire\n", 60)), "rb-20260301T120000Z-abcdef");

        Assert.True(description.Length <= VercelApi.LongestDescription);
        Assert.Equal("rb-20260301T120000Z-abcdef", VercelApi.ReadDescription(description).RollbackId);
        Assert.DoesNotContain('\n', description);
        Assert.All(description.EnumerateRunes(), rune => Assert.NotEqual(Rune.ReplacementChar, rune));
    }

    private async Task<StepContext> StepAsync() => new()
    {
        RollbackId = "rb-20260301T120000Z-abcdef",
        From = (await _platform.FindAsync("dpl_three", CancellationToken.None))!,
        Target = (await _platform.FindAsync("dpl_two", CancellationToken.None))!,
        Reason = "errors",
        By = "Ann",
        StartedAt = TimeProvider.System.GetUtcNow(),
    };

    private static VercelPlatform Platform(Uri api) => new(Settings(api), new TestSecrets(), TimeProvider.System);

    private static RollbackSettings Settings(Uri api)
    {
        var settings = new VercelWorld().Settings;
        var vercel = settings.Platform.Vercel! with { Api = api };
        return settings with { Platform = settings.Platform with { Vercel = vercel } };
    }
}
