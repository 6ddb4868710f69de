using RollbackOps.Databases;
using RollbackOps.Readiness;
using RollbackOps.Readiness.Inspections;

namespace RollbackOps.Tests.Readiness;

/// <summary>What is said of the database and its backups, in each status.</summary>
public sealed class DatabaseInspectionTests
{
    private readonly ReadinessWorld _world = new() { Engine = new FakeEngine() };

    [Fact]
    public async Task DatabaseChecks_WithoutADatabase_AreNotApplicable()
    {
        _world.Engine = null;

        var checks = await _world.MakeAllAsync();

        Assert.All(
            new[] { "restore-preflight", "backup", "recovery-time", "restore-space", "schema-gate" },
            name => Assert.Equal(ReadinessStatus.NotApplicable, checks[name].Status));
    }

    [Fact]
    public async Task RestorePreflight_ByWhatTheEngineSees_IsReadyOrFailed()
    {
        var ready = await _world.LookAsync(scope => new RestorePreflightInspection(scope));
        _world.Engine!.Facts = () => new LiveFacts(1, 1, null, null, "file is not a database");
        var broken = await _world.LookAsync(scope => new RestorePreflightInspection(scope));
        _world.Engine.Facts = () => throw new RollbackOpsException(ErrorId.DatabaseUnreachable, "It does not answer.", "Start it.");
        var silent = await _world.LookAsync(scope => new RestorePreflightInspection(scope));
        _world.Engine.Facts = () => throw new RollbackOpsException(ErrorId.DatabaseRightsMissing, "It may not be renamed.", "GRANT it.");
        var refused = (await _world.MakeAllAsync())["restore-preflight"];

        Assert.Equal(
            (ReadinessStatus.Ready, ReadinessStatus.Failed, ReadinessStatus.Failed, ReadinessStatus.Failed),
            (ready.Status, broken.Status, silent.Status, refused.Status));
        Assert.Equal("app.db, 2000 kB, at EF Core: 3", ready.Observed);
        Assert.Equal(("It may not be renamed", "GRANT it."), (refused.Observed, refused.NextStep));
    }

    [Fact]
    public async Task Backup_ByTheNewestThatStood_IsReadyOrFailed()
    {
        var none = await _world.LookAsync(scope => new BackupInspection(scope));
        _world.AddBackup("db-1", TimeSpan.FromHours(2), stood: null);
        var untested = await _world.LookAsync(scope => new BackupInspection(scope));
        _world.AddBackup("db-2", TimeSpan.FromHours(1), stood: false);
        var failed = await _world.LookAsync(scope => new BackupInspection(scope));
        _world.AddBackup("db-3", TimeSpan.FromHours(30), stood: true);
        var old = await _world.LookAsync(scope => new BackupInspection(scope));
        _world.AddBackup("db-4", TimeSpan.FromMinutes(90), stood: true);
        var ready = await _world.LookAsync(scope => new BackupInspection(scope));

        Assert.All(new[] { none, untested, failed, old }, found => Assert.Equal(ReadinessStatus.Failed, found.Status));
        Assert.Equal("there is none", none.Observed);
        Assert.StartsWith("db-3 is 30 hours old; the newest of all, db-2, is Failed", old.Observed, StringComparison.Ordinal);
        Assert.Equal(ReadinessStatus.Ready, ready.Status);
        Assert.StartsWith("db-4 is 1.5 hours old", ready.Observed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RecoveryTime_ByTheLastTest_IsReadyOrFailed()
    {
        var never = await _world.LookAsync(scope => new RecoveryTimeInspection(scope));
        _world.AddBackup("db-1", TimeSpan.FromHours(2), stood: true);
        var quick = await _world.LookAsync(scope => new RecoveryTimeInspection(scope));
        _world.AddBackup("db-2", TimeSpan.FromHours(1), stood: true, took: TimeSpan.FromMinutes(20));
        var slow = await _world.LookAsync(scope => new RecoveryTimeInspection(scope));
        _world.AddBackup("db-3", TimeSpan.FromHours(1), stood: false);
        var fallen = await _world.LookAsync(scope => new RecoveryTimeInspection(scope));

        Assert.Equal(ReadinessStatus.Ready, quick.Status);
        Assert.StartsWith("3.0 s for db-1 (3000 kB restored)", quick.Observed, StringComparison.Ordinal);
        Assert.All(new[] { never, slow, fallen }, found => Assert.Equal(ReadinessStatus.Failed, found.Status));
        Assert.Contains("db-3 did not stand", fallen.Observed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(50_000_000L, ReadinessStatus.Ready)]
    [InlineData(1_999_999L, ReadinessStatus.Failed)]
    [InlineData(null, ReadinessStatus.Warning)]
    public async Task RestoreSpace_BesideTheLiveDatabase_IsEnoughTooLittleOrNotTold(long? free, object status)
    {
        _world.Engine!.Facts = () => new LiveFacts(2_000_000, free, null, null);

        var found = await _world.LookAsync(scope => new RestoreSpaceInspection(scope));

        Assert.Equal(status, found.Status);
        Assert.Contains("2000 kB", found.Observed, StringComparison.Ordinal);
    }
}
