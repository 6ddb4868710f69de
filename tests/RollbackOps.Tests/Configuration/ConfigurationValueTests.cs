using RollbackOps.Configuration;
using RollbackOps.Signals;

namespace RollbackOps.Tests.Configuration;

public class ConfigurationValueTests
{
    private const string Whole = """
        {
          "$schema": "./rollback.schema.json",
          "project": "shop",
          "platform": {
            "type": "releaseDirectory",
            "root": "deploy",
            "activate": { "command": ["systemctl", "restart", "shop"], "timeout": "45s", "variables": { "API_TOKEN": "env:SHOP_TOKEN", "MODE": "fast" } },
            "probe": { "command": ["./serve", "--port", "{port}"], "workingFolder": "tools" },
            "servedTimeout": "1m"
          },
          "repository": { "path": "..", "branch": "trunk", "migrations": ["db/**"],
            "rollback": "forcePush", "developmentBranch": "dev", "deploymentPattern": "^release" },
          "health": {
            "addresses": ["https://shop.example"],
            "control": "https://example.com/ok?x=1",
            "timeout": "500ms",
            "headers": { "Authorization": "secret:ops/shop" },
            "checks": [
              {
                "name": "chat", "path": "/api/chat?probe=1", "method": "POST", "body": { "message": "Hällo", "n": 1.50 },
                "contentType": "application/json; charset=utf-8", "headers": { "X-Probe": "1" }, "status": [200, 201],
                "contains": "ok", "json": { "$.ready": true, "$.count": 3, "$.status": "up" },
                "identity": { "json": "$.release", "is": "commit", "startedAt": "$.startedAt" },
                "signal": "featureBroken", "timeout": "3s"
              },
              { "name": "live", "path": "/", "status": 204, "body": "ping" }
            ]
          },
          "policy": { "immediateErrorRatePercent": 7.5, "inFlight": "freeze" },
          "reports": { "folder": "/var/reports", "owner": "ops" }
        }
        """;

    [Fact]
    public void Read_WholeDocument_FillsEverySetting()
    {
        var settings = Configured.Read(Whole).Settings;

        Assert.Equal("shop", settings.Project);
        Assert.Equal("production", settings.Environment);
        Assert.Equal(Configured.File, settings.File);
        Assert.Equal(Configured.Folder, settings.BaseFolder);
        Assert.Equal("/srv/shop/deploy", settings.Platform.Root);
        Assert.Equal(["systemctl", "restart", "shop"], settings.Platform.Activate!.Command);
        Assert.Equal("/srv/shop/deploy", settings.Platform.Activate.WorkingFolder);
        Assert.Equal(TimeSpan.FromSeconds(45), settings.Platform.Activate.Timeout);
        Assert.Equal("env:SHOP_TOKEN", settings.Platform.Activate.Variables["API_TOKEN"]);
        Assert.Equal("/srv/shop/tools", settings.Platform.Probe!.WorkingFolder);
        Assert.Equal(TimeSpan.FromMinutes(1), settings.Platform.ServedTimeout);
        Assert.Equal(("/srv", "origin", "trunk"),
            (settings.Repository!.Path, settings.Repository.Remote, settings.Repository.Branch));
        Assert.Equal(["db/**"], settings.Repository.Migrations);
        Assert.Equal((GitRollback.ForcePush, "dev", "^release"),
            (settings.Repository.Rollback, settings.Repository.DevelopmentBranch, settings.Repository.DeploymentPattern));
        Assert.Equal([new Uri("https://shop.example")], settings.Health.Addresses);
        Assert.Equal(new Uri("https://example.com/ok?x=1"), settings.Health.Control);
        Assert.Equal(TimeSpan.FromMilliseconds(500), settings.Health.Timeout);
        Assert.Equal("secret:ops/shop", settings.Health.Headers["authorization"]);
        Assert.Equal(7.5, settings.Policy.ImmediateErrorRatePercent);
        Assert.Equal(InFlightPolicy.Freeze, settings.Policy.InFlight);
        Assert.Equal(("/var/reports", "ops"), (settings.Reports.Folder, settings.Reports.Owner));
    }

    [Fact]
    public void Read_Checks_AreTakenInFull()
    {
        var checks = Configured.Read(Whole).Settings.Health.Checks;

        Assert.Equal(2, checks.Count);
        Assert.Equal("""{"message":"Hällo","n":1.50}""", checks[0].Body);
        Assert.Equal([200, 201], checks[0].Status);
        Assert.Equal(("true", "3", "up"), (checks[0].Json["$.ready"], checks[0].Json["$.count"], checks[0].Json["$.status"]));
        Assert.Equal(IdentityKind.Commit, checks[0].Identity!.Is);
        Assert.Equal("$.startedAt", checks[0].Identity!.StartedAt);
        Assert.Equal(HardSignal.FeatureBroken, checks[0].Signal);
        Assert.Equal(TimeSpan.FromSeconds(3), checks[0].Timeout);
        Assert.Equal([204], checks[1].Status);
        Assert.Equal(("ping", "GET", null), (checks[1].Body, checks[1].Method, checks[1].Signal));
    }

    [Fact]
    public void Read_EmptyDocument_GivesTheDefaultsOfTheRecords()
    {
        var settings = Configured.Read("{}").Settings;

        Assert.Equal("shop", settings.Project);
        Assert.Equal(Configured.Folder, settings.Platform.Root);
        Assert.Null(settings.Repository);
        // Lists are compared by what they hold.
        Assert.Equal(new PolicySettings().Strategies, settings.Policy.Strategies);
        Assert.Equal(new PolicySettings() with { Strategies = settings.Policy.Strategies }, settings.Policy);
        Assert.Equal(new ReportSettings(), settings.Reports);
        Assert.Equal("/health", Assert.Single(settings.Health.Checks).Path);
    }

    [Fact]
    public void Read_EmptyRepository_IsTheFilesFolder() =>
        Assert.Equal(Configured.Folder, Configured.Read("""{ "repository": {} }""").Settings.Repository!.Path);

    [Fact]
    public void Environment_Chosen_LaysItsPartOverTheFile()
    {
        const string Json = """
            {
              "health": { "timeout": "1s", "headers": { "A": "1", "B": "2" }, "addresses": ["http://a"] },
              "platform": { "activate": { "command": ["x"] } },
              "environments": {
                "staging": {
                  "health": { "headers": { "B": "3" }, "addresses": ["http://s", "http://t"] },
                  "platform": { "activate": { "timeout": "9s" } }
                }
              }
            }
            """;

        var staging = Configured.Read(Json, "staging");

        Assert.Equal("staging", staging.Settings.Environment);
        Assert.Equal(["production", "staging"], staging.Environments);
        Assert.Equal(("1", "3"), (staging.Settings.Health.Headers["A"], staging.Settings.Health.Headers["B"]));
        Assert.Equal(2, staging.Settings.Health.Addresses.Count);
        Assert.Equal(["x"], staging.Settings.Platform.Activate!.Command);
        Assert.Equal(TimeSpan.FromSeconds(9), staging.Settings.Platform.Activate.Timeout);
        Assert.Equal((SettingSource.File, 2), Origin(staging, "health.timeout"));
        Assert.Equal((SettingSource.File, 2), Origin(staging, "health.headers.A"));
        Assert.Equal((SettingSource.Environment, 6), Origin(staging, "health.headers.B"));
        Assert.Equal((SettingSource.Environment, 7), Origin(staging, "platform.activate.timeout"));
        Assert.Equal((SettingSource.Default, null), Origin(staging, "platform.activate.workingFolder"));
        Assert.Equal((SettingSource.Parameter, null), Origin(staging, "environment"));
        Assert.Equal(TimeSpan.FromSeconds(30), Configured.Read(Json).Settings.Platform.Activate!.Timeout);
    }

    [Fact]
    public void Environment_PartIncompleteWhenMerged_IsRefusedWhenChosen()
    {
        const string Json = """{ "environments": { "s": { "platform": { "activate": { "timeout": "9s" } } } } }""";

        Assert.Null(Configured.Read(Json).Settings.Platform.Activate);
        Assert.Contains("platform.activate: lacks 'command'", Configured.Refused(Json, "s").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Environment_OfTheFile_IsTheDefault()
    {
        var configuration = Configured.Read(
            """{ "environment": "live", "environments": { "live": { "policy": { "probeRounds": 5 } } } }""");

        Assert.Equal(("live", 5), (configuration.Settings.Environment, configuration.Settings.Policy.ProbeRounds));
        Assert.Equal((SettingSource.File, 1), Origin(configuration, "environment"));
    }

    [Fact]
    public void Environment_Unknown_ListsTheKnown()
    {
        var error = Configured.Refused("""{ "environments": { "staging": {} } }""", "stagin");

        Assert.Equal(ErrorId.InvalidArgument, error.Id);
        Assert.Contains("did you mean 'staging'?", error.Message, StringComparison.Ordinal);
        Assert.Contains("production, staging", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Effective_Values_AreInTheNotationOfTheFile()
    {
        var configuration = Configured.Read(Whole);

        Assert.Equal("""["systemctl","restart","shop"]""", configuration.At("platform.activate.command").Value);
        Assert.Equal("env:SHOP_TOKEN", configuration.At("platform.activate.variables.API_TOKEN").Value);
        Assert.Equal("secret:ops/shop", configuration.At("health.headers.Authorization").Value);
        Assert.Equal("featureBroken", configuration.At("health.checks[0].signal").Value);
        Assert.Equal("204", configuration.At("health.checks[1].status").Value);
        Assert.Equal("10m", configuration.At("policy.planLifetime").Value);
        Assert.Equal(SettingSource.Default, configuration.At("policy.planLifetime").Source);
        Assert.Contains("(S14)", configuration.At("policy.planLifetime").Description, StringComparison.Ordinal);
        Assert.Equal(16, configuration.At("health.timeout").Line);
        Assert.Equal(configuration.Effective.Count, configuration.Effective.Select(one => one.Path).Distinct().Count());
    }

    [Fact]
    public void Effective_NothingSet_ShowsEveryDefaultOnce()
    {
        var effective = Configured.Read("{}").Effective;

        Assert.All(effective, setting => Assert.Equal(SettingSource.Default, setting.Source));
        Assert.All(effective, setting => Assert.NotEmpty(setting.Description));
        Assert.Contains(effective, setting => setting is { Path: "repository", Value: null });
        Assert.Contains(effective, setting => setting is { Path: "health.checks[0].path", Value: "/health" });
    }

    private static (SettingSource Source, int? Line) Origin(RollbackConfiguration configuration, string path) =>
        (configuration.At(path).Source, configuration.At(path).Line);
}
