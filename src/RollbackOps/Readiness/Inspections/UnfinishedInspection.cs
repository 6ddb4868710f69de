using RollbackOps.Databases;

namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether a rollback or restore was cut off and waits to be taken up: a new one is refused until it is.</summary>
internal sealed class UnfinishedInspection(ReadinessScope scope) : IInspection
{
    public string Name => "unfinished";

    public ReadinessArea Area => ReadinessArea.State;

    public string Expected => "no rollback and no restore was cut off";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        var ledger = await scope.LedgerAsync(cancellationToken);
        var isUnderWay = scope.Context.Store.ReadHolder(scope.Context.LeaseKey) is not null;
        return (ledger.Unfinished, RestoreLedger.From(ledger.Reading).Unfinished) switch
        {
            _ when isUnderWay => ReadinessFinding.None("one is under way: see lease"),
            ({ } rollback, _) => ReadinessFinding.Fail(
                $"rollback {rollback.Number} ({rollback.Plan!.From.Id} -> {rollback.Plan.Target.Id}) was cut off {Elapsed.Told(scope.Now - rollback.StartedAt)} ago",
                "Run Resume-Rollback; it finishes it or stops it cleanly."),
            (_, { } restore) => ReadinessFinding.Fail(
                $"the restore {restore.Plan.Id} was cut off {Elapsed.Told(scope.Now - restore.StartedAt)} ago",
                "Run Restore-Database again: it takes up what was cut off."),
            _ => ReadinessFinding.Ready("none was"),
        };
    }
}
