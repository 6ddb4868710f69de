namespace RollbackOps.Adapters.Logs;

/// <summary>The fields of a line that are read; every other is only checked and passed over.</summary>
internal enum LogSlot
{
    Time,
    Status,
    Duration,
    Path,
    Client,
    RequestId,
}
