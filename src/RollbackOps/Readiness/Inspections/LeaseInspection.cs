namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether somebody holds the lease and shows no sign of life (S8): nobody else could roll back.</summary>
internal sealed class LeaseInspection(ReadinessScope scope) : IInspection
{
    public string Name => "lease";

    public ReadinessArea Area => ReadinessArea.State;

    public string Expected => "nobody holds the lease, or its holder is at work (S8)";

    public Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        var holder = scope.Context.Store.ReadHolder(scope.Context.LeaseKey);
        return Task.FromResult(holder switch
        {
            null => ReadinessFinding.Ready("nobody holds it"),
            // Between its lock and its first words a holder has no times.
            { Token: > 0 } when holder.Expires < scope.Now => ReadinessFinding.Fail(
                $"it is stuck: {holder}",
                $"Look at process {holder.ProcessId} on {holder.Host}; end it if it hangs. The lease of a dead holder is taken over by itself."),
            _ => ReadinessFinding.Warn($"a rollback or restore is under way: {holder}", "Wait for it, or look at Get-RollbackLog."),
        });
    }
}
