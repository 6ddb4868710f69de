namespace RollbackOps.Rollbacks;

/// <summary>Reads what a plan is better for and can do without: nobody waits long for it, and it fails nothing.</summary>
internal static class SideReading
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>What was read, or why it was not. Throws only when it is stopped.</summary>
    public static async Task<(T? Value, string? Unread)> TryAsync<T>(
        Func<CancellationToken, Task<T>> read, TimeProvider clock, CancellationToken cancellationToken, TimeSpan? within = null)
        where T : class
    {
        using var patience = new CancellationTokenSource(within ?? s_patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return (await read(either.Token), null);
        }
        catch (RollbackOpsException unreadable)
        {
            return (null, unreadable.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, FormattableString.Invariant($"no answer within {(within ?? s_patience).TotalSeconds} s."));
        }
    }
}
