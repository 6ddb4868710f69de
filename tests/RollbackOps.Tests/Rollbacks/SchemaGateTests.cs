using RollbackOps.Databases;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>The schema gate of a plan and of its run, rule by rule of S28.</summary>
public sealed class SchemaGateTests
{
    private readonly World _world = World.WithThree();

    [Fact]
    public async Task Plan_NoDatabase_IsNotApplicableAndSaysSo()
    {
        var gate = (await _world.PlanAsync()).SchemaGate;

        Assert.Equal((SchemaGateStatus.NotApplicable, "no database is configured"), (gate.Status, gate.Detail));
    }

    [Fact]
    public async Task Plan_NoDatabaseButMigrationsDiffer_IsNotApplicableWithAWarning()
    {
        _world.Repository.Migrations = ["migrations/7.sql"];

        var plan = await _world.PlanAsync();

        Assert.Equal(SchemaGateStatus.NotApplicable, plan.SchemaGate.Status);
        Assert.Contains(plan.Warnings, warning => warning.Id == "SchemaUnproven" && warning.Message.Contains("migrations/7.sql", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plan_NoMigrationDiffers_PassesWhateverTheDatabaseSays()
    {
        _world.AddDatabase().IsUnreachable = true;

        Assert.Equal(SchemaGateStatus.Passed, (await _world.PlanAsync()).SchemaGate.Status);
    }

    [Fact]
    public async Task Plan_DatabaseAheadOfTheTarget_IsRefusedAndNamesWhatLiesBetween()
    {
        Migrated(applied: ["2_b", "1_a"]);

        var refused = await World.RefusedAsync(() => _world.PlanAsync());

        Assert.Equal(ErrorId.TargetNotEligible, refused.Id);
        Assert.Contains("the database is at EF Core: 20260202_b, and the target has migrations up to 20260101_a; in between: 20260202_b", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_Overridden_ShowsLevelAndWhatLiesBetween()
    {
        Migrated(applied: ["2_b", "1_a"]);

        var plan = await _world.PlanAsync(change: request => request with { AllowSchemaMismatch = true });

        Assert.Equal((SchemaGateStatus.Overridden, "EF Core: 20260202_b"), (plan.SchemaGate.Status, plan.SchemaGate.Level));
        Assert.Equal(["20260202_b"], plan.SchemaGate.Between);
        Assert.Contains(plan.Overrides, one => one is { Name: "AllowSchemaMismatch", Reason: "errors" });
    }

    [Fact]
    public async Task Plan_MigrationNotYetApplied_Passes()
    {
        Migrated(applied: ["1_a"]);

        var gate = (await _world.PlanAsync()).SchemaGate;

        Assert.Equal((SchemaGateStatus.Passed, "EF Core: 20260101_a", false), (gate.Status, gate.Level, gate.IsLevelRecorded));
        Assert.StartsWith("1 migration files differ", gate.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_LevelInTheDeclaredRange_Passes()
    {
        Migrated(applied: ["2_b", "1_a"]);
        _world.Platform.Change("v2", deployment => deployment with { Schema = SchemaRange.Of("20260101", "20260202") });

        Assert.Equal(SchemaGateStatus.Passed, (await _world.PlanAsync()).SchemaGate.Status);
    }

    [Fact]
    public async Task Plan_DatabaseTellsNoLevel_IsRefused()
    {
        Migrated(applied: ["1_a"]).Applied = null;

        Assert.Contains("does not tell its level", (await World.RefusedAsync(() => _world.PlanAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_Unreachable_GoesByTheLastRecordedLevelAndTellsItsAge()
    {
        var database = Migrated(applied: ["1_a"]);
        await RollBackAndForthAsync();
        _world.Clock.Pass(TimeSpan.FromHours(2));
        database.IsUnreachable = true;

        var plan = await _world.PlanAsync(target: "v2");

        Assert.Equal((SchemaGateStatus.Passed, true, "EF Core: 20260101_a"), (plan.SchemaGate.Status, plan.SchemaGate.IsLevelRecorded, plan.SchemaGate.Level));
        Assert.Contains("does not answer; its level was EF Core: 20260101_a when it was last recorded, 2 hours ago", plan.SchemaGate.Detail, StringComparison.Ordinal);
        Assert.Contains(plan.Warnings, warning => warning.Id == "SchemaUnproven");
    }

    [Fact]
    public async Task Plan_UnreachableAndRecordedBeforeWhatIsLive_IsRefused()
    {
        var database = Migrated(applied: ["1_a"]);
        await RollBackAndForthAsync();
        _world.Platform.Deploy("v4", commit: "v400000000");
        _world.Clock.Pass(TimeSpan.FromMinutes(5));
        database.IsUnreachable = true;

        Assert.Contains("before what is live now", (await World.RefusedAsync(() => _world.PlanAsync(target: "v2"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_UnreachableAndNeverRecorded_IsRefused()
    {
        Migrated(applied: ["1_a"]).IsUnreachable = true;

        Assert.Contains("no level of it was ever recorded", (await World.RefusedAsync(() => _world.PlanAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_DifferenceUnknownAndTheDatabaseHasALevel_IsRefusedUntilOverridden()
    {
        Migrated(applied: ["2_b", "1_a"]);
        _world.Repository.IsUnreadable = true;

        var refused = await World.RefusedAsync(() => _world.PlanAsync());

        Assert.Equal(ErrorId.TargetNotEligible, refused.Id);
        Assert.StartsWith("whether migration files differ is not known", refused.Message, StringComparison.Ordinal);
        Assert.Contains("the database is at EF Core: 20260202_b", refused.Message, StringComparison.Ordinal);
        Assert.Contains("repository.path", refused.NextStep, StringComparison.Ordinal);
        var plan = await _world.PlanAsync(change: request => request with { AllowSchemaMismatch = true });
        Assert.Equal(SchemaGateStatus.Overridden, plan.SchemaGate.Status);
    }

    [Fact]
    public async Task Plan_DifferenceUnknownAndTheTargetDeclaresItsRange_GoesByIt()
    {
        Migrated(applied: ["2_b", "1_a"]);
        _world.Repository.IsUnreadable = true;
        _world.Platform.Change("v2", deployment => deployment with { Schema = SchemaRange.Of("20260101", "20260202") });

        Assert.Equal(SchemaGateStatus.Passed, (await _world.PlanAsync()).SchemaGate.Status);
    }

    [Fact]
    public async Task Plan_DifferenceUnknownAndTheDatabaseSilent_IsRefused()
    {
        Migrated(applied: ["1_a"]).IsUnreachable = true;
        _world.Repository.IsUnreadable = true;

        Assert.Contains("no level of it was ever recorded", (await World.RefusedAsync(() => _world.PlanAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_DifferenceUnknownAndNoMigrationToolInTheDatabase_IsShownAndBlocksNothing()
    {
        Migrated(applied: []).Applied = null;
        _world.Repository.IsUnreadable = true;

        var plan = await _world.PlanAsync();

        Assert.Equal(SchemaGateStatus.Unknown, plan.SchemaGate.Status);
        Assert.Contains(plan.Warnings, warning => warning.Id == "SchemaUnproven");
    }

    [Fact]
    public async Task Run_LevelChangedSinceThePlan_ChangesNothing()
    {
        var database = Migrated(applied: ["1_a"]);
        var plan = await _world.PlanAsync();
        database.Applied = Applied("2_b", "1_a");

        Assert.Equal(ErrorId.WorldChanged, (await World.RefusedAsync(() => _world.RunAsync(plan))).Id);
        Assert.Equal(0, _world.Platform.Switches);
    }

    [Fact]
    public async Task Run_DatabaseGoneSinceThePlan_GoesOn()
    {
        var database = Migrated(applied: ["1_a"]);
        var plan = await _world.PlanAsync();
        database.IsUnreachable = true;

        Assert.Equal(RollbackStatus.Succeeded, (await _world.RunAsync(plan)).Status);
    }

    [Fact]
    public async Task Run_PassedWithoutTheLevel_DoesNotAskAgain()
    {
        var database = _world.AddDatabase();
        var plan = await _world.PlanAsync();
        var reads = database.Reads;

        await _world.RunAsync(plan);

        Assert.Equal(reads, database.Reads);
    }

    /// <summary>The live commit has two migrations, the target's the older one.</summary>
    private FakeDatabase Migrated(params string[] applied)
    {
        var database = _world.AddDatabase();
        database.Applied = Applied(applied);
        _world.Repository.Migrations = ["Migrations/20260202_b.cs"];
        foreach (var commit in new[] { "v1", "v2", "v3", "v4" })
        {
            _world.Repository.Files[commit + "00000000"] = commit is "v1" or "v2"
                ? ["Migrations/20260101_a.cs"]
                : ["Migrations/20260101_a.cs", "Migrations/20260202_b.cs"];
        }

        return database;
    }

    private static AppliedMigrations Applied(params string[] newestFirst) =>
        new(MigrationTable.EfCore, [.. newestFirst.Select(name => $"20260{name[0]}0{name[0]}{name[1..]}")]);

    /// <summary>A rollback records the level that it read.</summary>
    private async Task RollBackAndForthAsync()
    {
        Assert.Equal(RollbackStatus.Succeeded, (await _world.RollBackAsync()).Status);
        Assert.Equal(RollbackStatus.Succeeded, (await _world.UndoAsync()).Status);
    }
}
