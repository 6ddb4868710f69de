using RollbackOps.Databases;
using RollbackOps.Rollbacks;

namespace RollbackOps.Drills;

/// <summary>Holds what was claimed against what users saw and what is stored: what fails a drill whatever its times are.</summary>
internal sealed class DrillVerdict(IDrillGround ground, DrillMoments moments, DrillSight sight, DrillStock stock)
{
    /// <summary>What fails it.</summary>
    /// <param name="rollback">The rollback, or null.</param>
    /// <param name="restore">The restore, or null.</param>
    /// <param name="givenUp">What was given up, or null.</param>
    public IReadOnlyList<DrillFailure> Failures(RollbackResult? rollback, DatabaseRestoreResult? restore, string? givenUp)
    {
        var failures = new List<DrillFailure>();
        var (served, good) = (ground.ServedRelease, ground.GoodRelease);
        if (rollback is { Target: { } target } && target.Id != good && rollback.RollbackId is not null)
        {
            failures.Add(new DrillFailure { Kind = DrillFailureKind.WrongTarget, Detail = $"{target.Id} was chosen, and {good} was good last" });
        }

        if (rollback is { Status: RollbackStatus.Succeeded or RollbackStatus.AlreadyCurrent } && served != rollback.Target?.Id)
        {
            failures.Add(False($"the rollback is {rollback.Status}, and the service runs {served ?? "nothing"}"));
        }

        if (moments.Of(DrillMarkKind.Verified) is { } verified && sight.BadSince(verified.At) is { } bad)
        {
            failures.Add(False($"it was verified at {verified.At:HH:mm:ss} UTC, and {bad}"));
        }

        if (restore is { Status: RestoreStatus.Succeeded } && stock.Damaged > 0)
        {
            failures.Add(False($"the restore is {restore.Status}, and {stock.Damaged} rows are damaged"));
        }

        if (stock.Lost > 0)
        {
            failures.Add(new DrillFailure
            {
                Kind = DrillFailureKind.LostData,
                Detail = $"{stock.Lost} of {stock.Writes} acknowledged writes are neither in the live database nor in the kept one",
            });
        }

        if (givenUp is not null)
        {
            failures.Add(new DrillFailure { Kind = DrillFailureKind.NotRecovered, Detail = givenUp });
        }

        return failures;
    }

    private static DrillFailure False(string detail) => new() { Kind = DrillFailureKind.FalseSuccess, Detail = detail };
}
