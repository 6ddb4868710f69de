using System.Security.Cryptography;
using System.Text;
using RollbackOps.Adapters.Tests.Chatbot;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Probes;

/// <summary>Build files as they are served, and a rollback of an application that states no version (S23).</summary>
public sealed class BuildFileProbeTests
{
    private static readonly HealthCheckSettings s_file = new()
    {
        Name = "build",
        Path = "/build.json",
        Identity = new IdentitySettings { Content = IdentitySettings.Sha256 },
    };

    private static readonly BuildFile s_built = new()
    {
        Check = "build",
        Expected = HashOf("one"),
        Before = HashOf("the one before"),
    };

    [Theory]
    [InlineData("one", true)]
    [InlineData("the one before", false)]
    [InlineData("changed on the way", null)]
    public async Task Probe_BuildFile_IsToldByItsHash(string served, bool? isExpected)
    {
        await using var server = RawServer.Ok(served);

        var result = await server.ProbeAsync(s_file, files: [s_built]);

        Assert.Equal((CheckStatus.Passed, HashOf(served), isExpected), (result.Status, result.ServedVersion, result.IsExpectedVersion));
    }

    [Fact]
    public async Task Probe_NothingIsExpected_TellsTheHashAndJudgesNothing()
    {
        await using var server = RawServer.Ok("one");

        var result = await server.ProbeAsync(s_file);

        Assert.Equal((HashOf("one"), (bool?)null), (result.ServedVersion, result.IsExpectedVersion));
    }

    [Fact]
    public async Task Probe_ErrorPage_IsNoBuildFile()
    {
        await using var server = RawServer.Ok("one", status: "404 Not Found");

        var result = await server.ProbeAsync(s_file, files: [s_built]);

        Assert.Equal((CheckStatus.Failed, null, null), (result.Status, result.ServedVersion, result.IsExpectedVersion));
    }

    [Fact]
    public async Task Probe_FileBeyondTheLimit_IsNotCompared()
    {
        await using var server = RawServer.Ok(new string('x', (16 * 1024 * 1024) + 1));

        var result = await server.ProbeAsync(s_file);

        Assert.Equal(CheckStatus.Failed, result.Status);
        Assert.Contains("more than 16 MiB", result.Reason, StringComparison.Ordinal);
        Assert.Null(result.ServedVersion);
    }

    [Fact]
    public async Task Rollback_OfAnAppThatStatesNoVersion_IsProvenByItsBuildFile()
    {
        using var app = await ChatbotApp.LaidOutAsync();
        await app.SucceedAsync("start", app.Folder);
        var settings = app.Settings;
        var context = SampleSettings.Open(settings with
        {
            Health = settings.Health with
            {
                Checks = [.. settings.Health.Checks.Select(check => check with { Identity = null }), s_file],
            },
            Policy = settings.Policy with { ConfirmingTime = TimeSpan.FromMilliseconds(200) },
        });

        var plan = await new RollbackPlanner(context, _ => { }).PlanAsync(
            new PlanRequest { Reason = "slow answers" }, CancellationToken.None);
        var result = await new RollbackRunner(context, _ => { }).RunAsync(plan, decision: null, CancellationToken.None);

        Assert.Null(Assert.Single(plan.BuildFiles).ProvesNothingBecause);
        Assert.Equal((RollbackStatus.Succeeded, ServedIdentity.Proven), (result.Status, result.Verification!.Identity));
        Assert.Equal(plan.Target.Id, (await app.HealthAsync()).Release);
    }

    private static string HashOf(string content) =>
        $"sha256:{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(content))).ToLowerInvariant()}";
}
