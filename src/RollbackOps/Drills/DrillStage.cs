using RollbackOps.Databases;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Drills;

/// <summary>Everything that a drill's course works with. One context for rollback and restore: one journal, one record.</summary>
internal sealed record DrillStage
{
    public required DrillScenario Scenario { get; init; }

    public required IDrillGround Ground { get; init; }

    public required DatabaseContext Database { get; init; }

    public required AccessLogSource Log { get; init; }

    public required DrillMoments Moments { get; init; }

    public required IAdapterFactory Adapters { get; init; }

    /// <summary>The faults to make beside the scenario's; null for none.</summary>
    public DrillFaults? Faults { get; init; }

    /// <summary>How another process of this host is started; null where that is not known.</summary>
    public DrillHost? Host { get; init; }

    /// <summary>Refuses where the settings lead out of the drill's folder (S41).</summary>
    public required Action Guard { get; init; }

    /// <summary>Told what goes on.</summary>
    public required Action<RollbackProgress> Tell { get; init; }

    public RollbackContext Context => Database.Context;

    public TimeProvider Clock => Database.Clock;

    /// <summary>Until when the drill goes on at most; what the machine itself takes counts for more on a faster clock.</summary>
    public required TimeSpan TimeLimit { get; init; }

    /// <summary>Says something that is a step of the drill's own.</summary>
    public void Say(string text) => Tell(new RollbackProgress(ProgressKind.Detail, text, 0, 0, TimeSpan.Zero));

    /// <summary>What was measured up to now, or nothing where that cannot be.</summary>
    public IReadOnlyList<Measurement> Measure(CancellationToken cancellationToken)
    {
        try
        {
            return [Log.Measure(cancellationToken)];
        }
        catch (RollbackOpsException unreadable)
        {
            Say(unreadable.Message);
            return [];
        }
    }

    /// <summary>Asks whether the database answers.</summary>
    public async Task<DatabaseCheckResult> PingAsync(CancellationToken cancellationToken)
    {
        DatabaseCheckResult? answer = null;
        await new DatabaseChecker(Database.Engine.Live, Database.Database, Clock).RunAsync(
            name => name == DatabaseChecker.ConnectivityName,
            result =>
            {
                answer = result;
                return Task.CompletedTask;
            },
            cancellationToken);
        return answer!;
    }
}
