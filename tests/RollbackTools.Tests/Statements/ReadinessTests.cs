using System.Diagnostics;
using System.Text.Json.Nodes;
using RollbackOps.Readiness;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>Test-RollbackReadiness at the prompt.</summary>
public sealed class ReadinessTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Readiness_OfAWholeProject_TellsEveryCheckAndChangesNothing()
    {
        _folder.AddDatabase();
        using var hook = new HookServer();
        _folder.AddChannel("hook", hook.Address);
        using var session = new Session(_folder.Root);
        session.Run("Backup-Database -Confirm:$false | Test-DatabaseBackup").Clean();
        var before = _folder.Contents();

        var checks = session.Run("Test-RollbackReadiness -Timeout 60s").Clean().Output.Select(one => (ReadinessCheck)one.BaseObject).ToDictionary(check => check.Name);

        Assert.Equal(before, _folder.Contents());
        Assert.Empty(hook.Bodies);
        Assert.Equal(ReadinessStatus.Ready, checks["candidate"].Status);
        Assert.StartsWith(_folder.Previous, checks["candidate"].Observed, StringComparison.Ordinal);
        foreach (var name in new[] { "configuration", "secrets", "preflight", "pin", "lease", "unfinished", "journal", "kill-switch", "restore-preflight", "backup", "recovery-time", "restore-space", "commands" })
        {
            Assert.True(checks[name].Status == ReadinessStatus.Ready, checks[name].ToString());
        }

        Assert.Equal(ReadinessStatus.Warning, checks["lease-reach"].Status);
        Assert.Equal(ReadinessStatus.Warning, checks["channel-hook"].Status);
        Assert.Equal(ReadinessStatus.Failed, checks["review"].Status);
        Assert.All(checks.Values, check => Assert.Equal(("shop", "production"), (check.Project, check.Environment)));
    }

    [Fact]
    public void Readiness_Quiet_IsTrueOnlyWhenNothingFailed()
    {
        using var session = new Session(_folder.Root);

        Assert.False(session.Run("Test-RollbackReadiness -Quiet").Clean().Single<bool>());
        Assert.True(session.Run("Test-RollbackReadiness candidate*, lease* -Quiet -Timeout 60s").Clean().Single<bool>());
        Assert.False(session.Run("Test-RollbackReadiness review -Quiet").Clean().Single<bool>());
        var today = DateTime.UtcNow.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(session.Run("Test-RollbackReadiness review -Quiet -Timeout 60s -Setting @{ 'readiness.lastReview' = $args[0] }", today).Clean().Single<bool>());
    }

    [Fact]
    public void Readiness_ByNameAndArea_MakesOnlyThose()
    {
        using var session = new Session(_folder.Root);

        Assert.Equal(["lease", "lease-reach"], Names("Test-RollbackReadiness lease*"));
        Assert.Equal(["candidate", "candidate-answers", "preflight", "pin"], Names("Test-RollbackReadiness -Area Platform"));
        var wrong = session.Run("Test-RollbackReadiness nothing");
        Assert.Equal("InvalidArgument", wrong.ErrorId());
        Assert.Contains("kill-switch", wrong.Told, StringComparison.Ordinal);

        IEnumerable<string> Names(string script) => session.Run($"({script}).Name").Clean().Output.Select(one => one.ToString());
    }

    [Fact]
    public void Readiness_OfABrokenConfiguration_IsACheckThatFailed()
    {
        File.WriteAllText(Path.Combine(_folder.Root, "rollback.json"), """{ "polcy": {} }""");
        using var session = new Session(_folder.Root);

        var check = session.Run("Test-RollbackReadiness").Clean().Single<ReadinessCheck>();

        Assert.Equal(("configuration", ReadinessStatus.Failed), (check.Name, check.Status));
        Assert.Contains("did you mean 'policy'?", check.Observed, StringComparison.Ordinal);
        Assert.NotNull(check.NextStep);
        Assert.False(session.Run("Test-RollbackReadiness -Quiet").Clean().Single<bool>());
    }

    [Fact]
    public void Readiness_FunctionOrAliasOfOurName_IsFound()
    {
        using var session = new Session(_folder.Root);

        var check = session.Run("function Restore-Database { }; ${alias:Get-RollbackLog} = 'Get-Command'; Test-RollbackReadiness commands -Timeout 60s")
            .Clean().Single<ReadinessCheck>();

        Assert.Equal(ReadinessStatus.Failed, check.Status);
        Assert.Contains("Restore-Database leads to a function", check.Observed, StringComparison.Ordinal);
        Assert.Contains("Get-RollbackLog leads to an alias for Get-Command", check.Observed, StringComparison.Ordinal);
    }

    [Fact]
    public void Readiness_PeerThatNeverAnswers_IsNotToldWithinTheDeadline()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        Environment.SetEnvironmentVariable("ROLLBACK_TEST_SLACK", $"http://127.0.0.1:{((System.Net.IPEndPoint)silent.LocalEndpoint).Port}/hook");
        _folder.Configure(configuration => configuration["notifications"] = JsonNode.Parse(
            """{ "channels": [{ "name": "ops", "slack": { "webhook": "env:ROLLBACK_TEST_SLACK" } }] }"""));
        using var session = new Session(_folder.Root);
        var begun = Stopwatch.GetTimestamp();

        var checks = session.Run("Test-RollbackReadiness channel-ops, lease -Timeout 3s").Clean().Output
            .Select(one => (ReadinessCheck)one.BaseObject).ToDictionary(check => check.Name);

        Assert.Equal((ReadinessStatus.NotTold, ReadinessStatus.Ready), (checks["channel-ops"].Status, checks["lease"].Status));
        Assert.Equal("not told within 3 s", checks["channel-ops"].Observed);
        // The channel itself would wait far longer; a slow machine is given time all the same.
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(40));
    }

    [Fact]
    public void Readiness_SecretThatIsMissing_IsNamed()
    {
        _folder.Configure(configuration => configuration["health"]!["headers"] = new JsonObject { ["Authorization"] = "env:ROLLBACK_TEST_NOWHERE" });
        using var session = new Session(_folder.Root);

        var check = session.Run("Test-RollbackReadiness secrets -Timeout 60s").Clean().Single<ReadinessCheck>();

        Assert.Equal(ReadinessStatus.Failed, check.Status);
        Assert.Contains("ROLLBACK_TEST_NOWHERE", check.Observed, StringComparison.Ordinal);
    }
}
