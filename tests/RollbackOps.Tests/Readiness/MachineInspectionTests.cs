using RollbackOps.Readiness;
using RollbackOps.Readiness.Inspections;

namespace RollbackOps.Tests.Readiness;

/// <summary>What is said of programs, clock, space and names, in each status.</summary>
public sealed class MachineInspectionTests
{
    private readonly ReadinessWorld _world = new();

    [Fact]
    public async Task Tools_ByWhatIsFound_AreNotApplicableReadyOrFailed()
    {
        var none = await _world.LookAsync(scope => new ToolInspection(scope));
        _world.Machine.Tools.Add(new ToolFinding("git", "2.39.5", null, null));
        var found = await _world.LookAsync(scope => new ToolInspection(scope));
        _world.Machine.Tools.Add(new ToolFinding("pg_dump", null, "it is of version 13, and the server of 15", "Install 15."));
        var unfit = await _world.LookAsync(scope => new ToolInspection(scope));

        Assert.Equal((ReadinessStatus.NotApplicable, ReadinessStatus.Ready, ReadinessStatus.Failed), (none.Status, found.Status, unfit.Status));
        Assert.Equal("git 2.39.5", found.Observed);
        Assert.Equal(("pg_dump: it is of version 13, and the server of 15", "Install 15."), (unfit.Observed, unfit.NextStep));
    }

    [Theory]
    [InlineData(1.5, ReadinessStatus.Ready, "1.5 s ahead of Vercel")]
    [InlineData(-4.0, ReadinessStatus.Ready, "4.0 s behind Vercel")]
    [InlineData(-6.0, ReadinessStatus.Failed, "6.0 s behind Vercel")]
    [InlineData(3600.0, ReadinessStatus.Failed, "3600.0 s ahead of Vercel")]
    public async Task Clock_ByTheFurthestOfTheServices_IsReadyOrFailed(double ahead, object status, string observed)
    {
        _world.Services.Add(Told("GitHub", 0.2));
        _world.Services.Add(Told("Vercel", ahead));

        var found = await _world.LookAsync(scope => new ClockInspection(scope));

        Assert.Equal(status, found.Status);
        Assert.Equal(observed, found.Observed);
    }

    [Fact]
    public async Task Clock_WithoutAService_IsNotApplicable_AndWithASilentOneNotTold()
    {
        var none = await _world.LookAsync(scope => new ClockInspection(scope));
        _world.Services.Add(new FakeService(() => throw new RollbackOpsException(ErrorId.PlatformUnavailable, "It does not answer.", "Look at it.")));
        var silent = await _world.LookAsync(scope => new ClockInspection(scope));

        Assert.Equal((ReadinessStatus.NotApplicable, ReadinessStatus.NotTold), (none.Status, silent.Status));
    }

    [Theory]
    [InlineData(2_000_000_000L, ReadinessStatus.Ready)]
    [InlineData(1_000_000_000L, ReadinessStatus.Failed)]
    [InlineData(null, ReadinessStatus.NotTold)]
    public async Task Space_WhereARollbackWrites_IsEnoughTooLittleOrNotTold(long? free, object status)
    {
        _world.Machine.Space = folder => folder.EndsWith("reports", StringComparison.Ordinal) ? free : free is null ? null : long.MaxValue;

        var found = await _world.LookAsync(scope => new SpaceInspection(scope));

        Assert.Equal(status, found.Status);
        Assert.Contains(free is null ? ".rollback" : "/srv/shop/.rollback/reports", found.Observed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_ThatLeadElsewhere_Fail()
    {
        var ours = await _world.LookAsync(scope => new ShadowInspection(scope));
        _world.Shadowed = [new ShadowedCommand("Restore-Database", "a function")];
        var theirs = await _world.LookAsync(scope => new ShadowInspection(scope));

        Assert.Equal((ReadinessStatus.Ready, ReadinessStatus.Failed), (ours.Status, theirs.Status));
        Assert.Equal("Restore-Database leads to a function", theirs.Observed);
        Assert.Contains(@"RollbackTools\Restore-Database", theirs.NextStep!, StringComparison.Ordinal);
    }

    private FakeService Told(string place, double ahead) => new(() => new ServiceReading
    {
        Detail = "it answers",
        NextStep = "Nothing.",
        ServerTime = _world.Now,
        LocalTime = _world.Now + TimeSpan.FromSeconds(ahead),
    })
    {
        Place = place,
    };
}
