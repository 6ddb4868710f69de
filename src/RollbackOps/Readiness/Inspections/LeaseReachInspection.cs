namespace RollbackOps.Readiness.Inspections;

/// <summary>Whom the lease keeps out: everybody, or only who is on this machine (S8).</summary>
internal sealed class LeaseReachInspection(ReadinessScope scope) : IInspection
{
    public string Name => "lease-reach";

    public ReadinessArea Area => ReadinessArea.State;

    public string Expected => "the lease keeps out whoever can roll this project back (S8)";

    public Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken) => Task.FromResult(scope.Context.Store.IsLocal
        ? ReadinessFinding.Warn(
            $"LocalLease: it protects this machine only, from {scope.Context.Store.Location}",
            "Roll back from one machine, or let one job of the pipeline do it (a concurrency group of its own).")
        : ReadinessFinding.Ready($"shared at {scope.Context.Store.Location}"));
}
