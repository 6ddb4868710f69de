using System.Globalization;
using RollbackOps.Drills;

namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether a rollback was rehearsed within the quarter, and since the last incident (R1, S41).</summary>
internal sealed class DrillInspection(ReadinessScope scope) : IInspection
{
    private const string Mend = "Start-RollbackDrill -All; a job that runs it every month is enough.";

    public string Name => "drill";

    public ReadinessArea Area => ReadinessArea.Practice;

    public string Expected => $"a drill at most {Elapsed.Told(scope.Limits.DrillAge)} ago, and since the last incident (R1)";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        var drills = scope.Drills();
        if (drills.FirstOrDefault(drill => drill.Status != DrillStatus.Stopped) is not { } newest)
        {
            return ReadinessFinding.Fail("none is on record", Mend);
        }

        var seen = string.Create(CultureInfo.InvariantCulture, $"{newest.Scenario} of {newest.StartedAt.UtcDateTime:yyyy-MM-dd}: {newest.Status}, {newest.Score} of 100");
        var age = scope.Now - newest.StartedAt;
        if (age > scope.Limits.DrillAge)
        {
            return ReadinessFinding.Fail($"{seen}, {Elapsed.Told(age)} ago", Mend);
        }

        if (drills.DistinctBy(drill => drill.Scenario, StringComparer.OrdinalIgnoreCase).FirstOrDefault(drill => drill.Status == DrillStatus.Failed) is { } failed)
        {
            return ReadinessFinding.Warn($"{seen}; the newest of {failed.Scenario} is failed",
                $"Look at {(failed.Files is [var card, ..] ? card : "Start-RollbackDrill -History")}, mend what was in the way, and rehearse {failed.Scenario} again.");
        }

        return LastIncident.Of((await scope.LedgerAsync(cancellationToken)).Reading) is { } incident && incident.At > newest.StartedAt
            ? ReadinessFinding.Warn($"{seen}; since then there was {incident.What} ({incident.At:u})", Mend)
            : !newest.IsRealTime
                ? ReadinessFinding.Warn($"{seen}, {newest.TimeScale:0.##} times faster than real time, which proves no second", "Start-RollbackDrill ServiceOutage, in real time.")
                : ReadinessFinding.Ready(seen);
    }
}
