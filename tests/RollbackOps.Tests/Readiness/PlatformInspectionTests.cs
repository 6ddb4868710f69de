using RollbackOps.Databases;
using RollbackOps.Deployments;
using RollbackOps.Readiness;
using RollbackOps.Readiness.Inspections;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Readiness;

/// <summary>What is said of the way back, in each status.</summary>
public sealed class PlatformInspectionTests
{
    private readonly ReadinessWorld _world = new();

    [Fact]
    public async Task Candidate_ThatServedLongEnough_IsReady()
    {
        var found = await _world.LookAsync(scope => new CandidateInspection(scope));

        Assert.Equal(ReadinessStatus.Ready, found.Status);
        Assert.StartsWith("v2, health Presumed", found.Observed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Candidate_WhoseHealthIsNotKnown_IsAWarning()
    {
        var world = new World();
        world.Platform.Deploy("v1");
        world.Clock.Pass(TimeSpan.FromMinutes(1));
        world.Platform.Deploy("v2");

        var found = await new ReadinessWorld(world).LookAsync(scope => new CandidateInspection(scope));

        Assert.Equal(ReadinessStatus.Warning, found.Status);
        Assert.Contains("Test-DeploymentHealth -OwnAddress", found.NextStep!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CandidateChecks_WithoutOne_FailOnceAndAreNotApplicableElsewhere()
    {
        var world = new World();
        world.Platform.Deploy("v1");
        var checks = await new ReadinessWorld(world).MakeAllAsync();

        Assert.Equal(ReadinessStatus.Failed, checks["candidate"].Status);
        Assert.All(new[] { "candidate-answers", "preflight", "schema-gate" }, name => Assert.Equal(ReadinessStatus.NotApplicable, checks[name].Status));
    }

    [Fact]
    public async Task CandidateAnswers_ByWhatTheProbeSays_IsReadyFailedOrAWarning()
    {
        var unprobed = await _world.LookAsync(scope => new CandidateAnswerInspection(scope));
        _world.World.Platform.HasOwnAddresses = true;
        var well = await _world.LookAsync(scope => new CandidateAnswerInspection(scope));
        _world.World.Prober.Sick.Add("v2");
        var sick = await _world.LookAsync(scope => new CandidateAnswerInspection(scope));

        Assert.Equal((ReadinessStatus.Warning, ReadinessStatus.Ready, ReadinessStatus.Failed), (unprobed.Status, well.Status, sick.Status));
        Assert.Contains("Block-Deployment v2", sick.NextStep!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_OfTheConfiguredStrategies_IsReadyAWarningOrFailed()
    {
        var alone = await _world.LookAsync(scope => new PreflightInspection(scope));
        _world.World.Git.Unfit = new RollbackOpsException(ErrorId.GitUnsuitable, "git is 1.0.", "Install a current git.");
        _world.Change = settings => settings with { Policy = settings.Policy with { Strategies = [RollbackStrategy.Instant, RollbackStrategy.Git] } };
        var second = await _world.LookAsync(scope => new PreflightInspection(scope));
        _world.Change = settings => settings with { Policy = settings.Policy with { Strategies = [RollbackStrategy.Git] } };
        var none = await _world.LookAsync(scope => new PreflightInspection(scope));

        Assert.Equal((ReadinessStatus.Ready, ReadinessStatus.Warning, ReadinessStatus.Failed), (alone.Status, second.Status, none.Status));
        Assert.Equal(("git is 1.0", "Install a current git."), (none.Observed, none.NextStep));
        Assert.Contains("Instant would do; left out: git is 1.0", second.Observed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, ReadinessStatus.Ready)]
    [InlineData(2, ReadinessStatus.Warning)]
    [InlineData(30, ReadinessStatus.Failed)]
    public async Task Pin_ByItsAge_IsFineYoungOrForgotten(int? hours, object status)
    {
        if (hours is { } age)
        {
            _world.World.Platform.Pin = new PromotionPin
            {
                DeploymentId = "v2",
                Since = _world.Now - TimeSpan.FromHours(age),
                By = "Bea",
                RollbackId = "rb-1",
                Reason = "errors",
            };
        }

        var found = await _world.LookAsync(scope => new PinInspection(scope));

        Assert.Equal(status, found.Status);
        if (hours is not null)
        {
            Assert.Contains("by Bea (errors)", found.Observed, StringComparison.Ordinal);
            Assert.Contains("Undo-Rollback rb-1", found.NextStep!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pin_WhereNoneIsPossible_IsNotApplicable() => Assert.Equal(
        ReadinessStatus.NotApplicable,
        (await new ReadinessWorld(World.WithThree(canPin: false)).LookAsync(scope => new PinInspection(scope))).Status);

    [Theory]
    [InlineData(null, null, null, ReadinessStatus.Ready)]
    [InlineData(null, "Actions: write", null, ReadinessStatus.Ready)]
    [InlineData("Deployments: read", null, null, ReadinessStatus.Failed)]
    [InlineData(null, null, 90, ReadinessStatus.Ready)]
    [InlineData(null, null, 13, ReadinessStatus.Warning)]
    [InlineData(null, null, -1, ReadinessStatus.Failed)]
    public async Task Access_ByRightsAndExpiry_IsReadyAWarningOrFailed(string? missing, string? untold, int? days, object status)
    {
        var service = new FakeService(() => new ServiceReading
        {
            Detail = "the token reaches the project",
            Missing = missing is null ? [] : [missing],
            Untold = untold is null ? [] : [untold],
            ExpiresAt = days is { } left ? _world.Now + TimeSpan.FromDays(left) : null,
            NextStep = "Make a new one.",
        });
        _world.Services.Add(service);

        var found = await _world.LookAsync(scope => new AccessInspection(scope, service));

        Assert.Equal(status, found.Status);
        Assert.Equal(found.Status == ReadinessStatus.Ready ? null : "Make a new one.", found.NextStep);
        Assert.Contains(missing ?? untold ?? "reaches", found.Observed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SchemaGate_ByItsAnswer_IsEachOfTheStatuses()
    {
        var none = await _world.LookAsync(scope => new SchemaGateInspection(scope));
        var database = _world.World.AddDatabase();
        var same = await _world.LookAsync(scope => new SchemaGateInspection(scope));
        _world.World.Repository.Migrations = ["migrations/3.sql"];
        database.Applied = new AppliedMigrations("Knex", ["3.sql", "2.sql"]);
        var refused = await _world.LookAsync(scope => new SchemaGateInspection(scope));

        Assert.Equal((ReadinessStatus.NotApplicable, ReadinessStatus.Ready, ReadinessStatus.Failed), (none.Status, same.Status, refused.Status));
        Assert.Contains("-AllowSchemaMismatch", refused.NextStep!, StringComparison.Ordinal);
    }
}
