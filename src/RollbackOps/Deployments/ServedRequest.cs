namespace RollbackOps.Deployments;

/// <summary>A request that a platform tells of while it is served.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Status">The HTTP status; below 100 is no answer.</param>
/// <param name="Path">The path asked for, foreign text as it came.</param>
public readonly record struct ServedRequest(DateTimeOffset At, int Status, string Path);
