using RollbackOps.Databases;
using RollbackOps.Deployments;
using RollbackOps.Drills;
using RollbackOps.Rollbacks;

namespace RollbackOps.Tests.Drills;

/// <summary>What fails a drill at once: claims against what users saw and what is stored.</summary>
public sealed class DrillVerdictTests
{
    private static readonly DrillStock s_whole = new(Writes: 100, Kept: 0, Lost: 0, Damaged: 0);

    private readonly DrillMoments _moments = new(TimeProvider.System);

    [Fact]
    public void Failures_WhereAllIsWell_AreNone() =>
        Assert.Empty(Judge(new FakeGround(), new DrillSight(), s_whole, Rollback("good"), Restore(), givenUp: null));

    [Fact]
    public void Failures_OfAnotherRelease_NameTheWrongTarget()
    {
        var failure = Assert.Single(Judge(new FakeGround { ServedRelease = "older" }, new DrillSight(), s_whole, Rollback("older"), restore: null, givenUp: null));

        Assert.Equal(DrillFailureKind.WrongTarget, failure.Kind);
        Assert.Contains("older", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bad")]
    [InlineData(null)]
    public void Failures_OfASuccessThatIsNotServed_AreAFalseSuccess(string? served) => Assert.Equal(
        DrillFailureKind.FalseSuccess,
        Assert.Single(Judge(new FakeGround { ServedRelease = served }, new DrillSight(), s_whole, Rollback("good"), restore: null, givenUp: null)).Kind);

    [Fact]
    public void Failures_OfBadAnswersAfterItWasVerified_AreAFalseSuccess()
    {
        var verified = DateTimeOffset.UtcNow;
        _moments.Reach(DrillMarkKind.Verified, verified, "seen");
        var sight = new DrillSight { BadSince = moment => moment == verified ? "a user got status 500" : null };

        var failure = Assert.Single(Judge(new FakeGround(), sight, s_whole, Rollback("good"), restore: null, givenUp: null));

        Assert.Equal(DrillFailureKind.FalseSuccess, failure.Kind);
        Assert.Contains("status 500", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Failures_OfARestoreWithDamagedRows_AreAFalseSuccess() => Assert.Equal(
        DrillFailureKind.FalseSuccess,
        Assert.Single(Judge(new FakeGround(), new DrillSight(), s_whole with { Damaged = 1 }, Rollback("good"), Restore(), givenUp: null)).Kind);

    [Fact]
    public void Failures_OfWritesThatAreNowhere_AreLostData()
    {
        var failure = Assert.Single(Judge(new FakeGround(), new DrillSight(), s_whole with { Kept = 3, Lost = 2 }, Rollback("good"), Restore(), givenUp: null));

        Assert.Equal(DrillFailureKind.LostData, failure.Kind);
        Assert.StartsWith("2 of 100", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Failures_OfWhatWasGivenUp_SayWhy()
    {
        var failure = Assert.Single(Judge(new FakeGround(), new DrillSight(), s_whole, rollback: null, restore: null, "no verdict carried a rollback"));

        Assert.Equal((DrillFailureKind.NotRecovered, "no verdict carried a rollback"), (failure.Kind, failure.Detail));
    }

    private IReadOnlyList<DrillFailure> Judge(
        FakeGround ground, DrillSight sight, DrillStock stock, RollbackResult? rollback, DatabaseRestoreResult? restore, string? givenUp) =>
        new DrillVerdict(ground, _moments, sight, stock).Failures(rollback, restore, givenUp);

    private static RollbackResult Rollback(string target) => new()
    {
        RollbackId = "rb-1",
        Project = "drill",
        Environment = "production",
        Status = RollbackStatus.Succeeded,
        Target = new Deployment
        {
            Id = target,
            Project = "drill",
            Environment = "production",
            Platform = "ReleaseDirectory",
            State = DeploymentState.Ready,
            CreatedAt = DateTimeOffset.UnixEpoch,
        },
        Reason = "r",
        Owner = "o",
        StartedAt = DateTimeOffset.UnixEpoch,
        Duration = TimeSpan.Zero,
        StateLocation = "s",
    };

    private static DatabaseRestoreResult Restore() => new()
    {
        RestoreId = "restore-1",
        Project = "drill",
        Environment = "production",
        Status = RestoreStatus.Succeeded,
        Database = "app.db",
        Reason = "r",
        Owner = "o",
        StartedAt = DateTimeOffset.UnixEpoch,
    };
}
