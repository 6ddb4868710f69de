namespace RollbackOps.Databases;

/// <summary>What is to be compared, and where the differences go.</summary>
/// <param name="Engine">The engine's name.</param>
/// <param name="Database">The database that was swapped out; it is only read.</param>
/// <param name="Backup">The backup, restored aside for this alone: it may be changed, and is dropped afterwards.</param>
/// <param name="BackupName">The backup's name.</param>
/// <param name="BackupSha256">Its SHA-256, or null.</param>
/// <param name="Folder">The folder to write, absolute.</param>
/// <param name="At">When, UTC.</param>
public sealed record ChangeExport(
    string Engine, string Database, ISideDatabase Backup, string BackupName, string? BackupSha256, string Folder, DateTimeOffset At);
