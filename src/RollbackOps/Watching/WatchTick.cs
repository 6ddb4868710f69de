namespace RollbackOps.Watching;

/// <summary>How a watch stands, for a progress bar.</summary>
/// <param name="Status">In a few words.</param>
/// <param name="Elapsed">Since it began, or since what is looked at is live.</param>
/// <param name="End">How long that is to last; null where nobody knows.</param>
internal sealed record WatchTick(string Status, TimeSpan Elapsed, TimeSpan? End);
