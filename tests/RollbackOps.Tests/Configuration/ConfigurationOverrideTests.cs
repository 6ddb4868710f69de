using System.Collections;
using RollbackOps.Configuration;

namespace RollbackOps.Tests.Configuration;

public class ConfigurationOverrideTests
{
    private const string File = """
        {
          "policy": { "planLifetime": "3m" },
          "health": { "headers": { "Accept": "a", "X": "y" }, "checks": [{ "name": "a", "path": "/a" }, { "name": "b", "path": "/b" }] },
          "environments": { "staging": { "policy": { "planLifetime": "4m" } } }
        }
        """;

    [Fact]
    public void Override_Value_BeatsEnvironmentAndFile()
    {
        var configuration = Configured.Read(File, "staging", ("policy.planLifetime", "5m"));

        Assert.Equal(TimeSpan.FromMinutes(5), configuration.Settings.Policy.PlanLifetime);
        Assert.Equal(SettingSource.Parameter, configuration.At("policy.planLifetime").Source);
        Assert.Null(configuration.At("policy.planLifetime").Line);
    }

    public static TheoryData<string, object?, string, string> Good => new()
    {
        { "Policy.PLANLIFETIME", TimeSpan.FromMinutes(7), "policy.planLifetime", "7m" },
        { "policy.probeRounds", 4, "policy.probeRounds", "4" },
        { "policy.probeRounds", 4L, "policy.probeRounds", "4" },
        { "policy.resourcePercent", 80.5m, "policy.resourcePercent", "80.5" },
        { "policy.inFlight", InFlightPolicy.Freeze, "policy.inFlight", "freeze" },
        { "health.addresses", new object[] { "http://a/", new Uri("http://b/") }, "health.addresses", """["http://a/","http://b/"]""" },
        { "health.headers.accept", "b", "health.headers.Accept", "b" },
        { "health.headers.X-New.Dotted", "b", "health.headers.X-New.Dotted", "b" },
        { "health.checks[1].timeout", "1s", "health.checks[1].timeout", "1s" },
        { "health.checks[1].json.$.a.b", true, "health.checks[1].json.$.a.b", "true" },
        { "platform.activate", new Hashtable { ["command"] = new[] { "x" } }, "platform.activate.command", """["x"]""" },
        { "platform.root", "deploy", "platform.root", "/home/me/deploy" },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void Override_AnyShape_IsInEffectAndComesFromTheParameter(string path, object? value, string at, string shown)
    {
        var setting = Configured.Read(File, null, (path, value)).At(at);

        Assert.Equal((shown, SettingSource.Parameter), (setting.Value, setting.Source));
    }

    [Fact]
    public void Override_OfAnItem_LeavesTheOthersAlone()
    {
        var checks = Configured.Read(File, null, ("health.checks[1].path", "/c")).Settings.Health.Checks;

        Assert.Equal(["/a", "/c"], checks.Select(check => check.Path));
        Assert.Equal("b", checks[1].Name);
    }

    public static TheoryData<string, object?, string> Bad => new()
    {
        { "policy.planLifetme", "5m", "parameter: policy.planLifetme: unknown setting; did you mean 'policy.planLifetime'?" },
        { "planLifetime", "5m", "unknown setting; did you mean 'policy.planLifetime'?" },
        { "policy.planLifetime", 5, "expects a duration such as 90s, 5m or 1h30m; a bare number has no unit" },
        { "policy.planLifetime", "2d", "expects 1s to 1d, not '2d'" },
        { "policy.planLifetime", null, "not null" },
        { "policy.planLifetime.x", "5m", "policy.planLifetime has no parts" },
        { "policy.", "5m", "unknown setting" },
        { "", "5m", "unknown setting" },
        { "policy.probeRounds", "4", "expects a whole number from 1 to 100, not a text" },
        { "policy.resourcePercent", double.NaN, "is no finite number" },
        { "project", new object(), "has no JSON form for a Object" },
        { "environment", "staging", "is chosen with -Environment" },
        { "environments.staging", "x", "unknown setting" },
        { "health.checks[7].path", "/c", "the list in the configuration ends at [1]" },
        { "health.checks[x].path", "/c", "names no part of it" },
        { "health.checks[0", "/c", "names no part of it" },
        { "health.checks[-1].path", "/c", "names no part of it" },
        { "platform.activate.timeout", "5s", "platform.activate: lacks 'command'" },
        { "policy.assessErrorRatePercent", 9, "9 is above the immediate tier's 5" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Override_Wrong_IsRefusedLikeTheFile(string path, object? value, string sentence)
    {
        var error = Configured.Refused(File, null, (path, value));

        Assert.Equal(ErrorId.ConfigurationInvalid, error.Id);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Override_SectionAndItsPart_WorkInAnyOrder()
    {
        var section = new Hashtable { ["probeRounds"] = 7, ["confirmingReads"] = 8 };

        var policy = Configured.Read(File, null, ("policy.probeRounds", 9), ("policy", section)).Settings.Policy;

        Assert.Equal((9, 8, TimeSpan.FromMinutes(3)), (policy.ProbeRounds, policy.ConfirmingReads, policy.PlanLifetime));
    }

    [Fact]
    public void Override_SameSettingTwice_IsRefused() => Assert.Contains(
        "policy.probeRounds: given twice",
        Configured.Refused(File, null, ("policy.probeRounds", 1), ("Policy.ProbeRounds", 2)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Override_ThatHoldsItself_IsRefused()
    {
        var loop = new Hashtable();
        loop["body"] = loop;

        Assert.Contains("is nested too deeply", Configured.Refused(File, null, ("health.checks[0].body", loop)).Message,
            StringComparison.Ordinal);
    }
}
