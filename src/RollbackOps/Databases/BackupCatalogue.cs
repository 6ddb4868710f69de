using System.Text.Json;
using RollbackOps.Rollbacks;

namespace RollbackOps.Databases;

/// <summary>The backups of a folder with what the journal knows of them.</summary>
internal sealed class BackupCatalogue
{
    private readonly DatabaseContext _context;
    private readonly IBackupFolder _folder;

    public BackupCatalogue(DatabaseContext context, IBackupFolder folder)
    {
        _context = context;
        _folder = folder;
    }

    /// <summary>Every backup, newest first.</summary>
    public IReadOnlyList<DatabaseBackup> Read()
    {
        var tests = Tests();
        return
        [
            .. _folder.List()
                .Select(stored => Describe(stored, tests))
                .OrderByDescending(backup => backup.CreatedAt)
                .ThenByDescending(backup => backup.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>A backup as it lies there, with what the journal knows of it.</summary>
    public DatabaseBackup Describe(StoredBackup stored) => Describe(stored, Tests());

    private DatabaseBackup Describe(StoredBackup stored, IReadOnlyList<BackupTestedData> tests)
    {
        // The newest test of this very content: a file that was replaced since was not tested.
        var test = tests.LastOrDefault(one => one.Result.Backup == stored.Name && one.Size == stored.Size
            && one.Sha256 == stored.Manifest?.Sha256 && one.Result.TestedAt >= stored.WrittenAt);
        var createdAt = stored.Manifest?.StartedAt ?? BackupName.Moment(stored.Name) ?? stored.WrittenAt;
        return new DatabaseBackup
        {
            Name = stored.Name,
            Project = stored.Manifest?.Project ?? _context.Project,
            Environment = stored.Manifest?.Environment ?? _context.Environment,
            Path = stored.Path,
            CreatedAt = createdAt,
            Age = _context.Clock.GetUtcNow() - createdAt,
            Size = stored.Size,
            Format = stored.Manifest?.Format ?? stored.Format,
            Status = stored.Fault is not null ? BackupStatus.Damaged
                : test is not null ? test.Result.IsPassed ? BackupStatus.Tested : BackupStatus.Failed
                : stored.Manifest is null ? BackupStatus.Unverified : BackupStatus.Untested,
            TestedAt = test?.Result.TestedAt,
            Detail = stored.Fault ?? test?.Result.Detail,
            RestoreTime = test is { Result.IsPassed: true } ? test.Result.RestoreTime + test.Result.CheckTime : null,
            Manifest = stored.Manifest,
        };
    }

    private List<BackupTestedData> Tests()
    {
        var tests = new List<BackupTestedData>();
        foreach (var record in _context.Journal.Read().Records.Where(record => record.Kind == JournalKind.BackupTested))
        {
            try
            {
                if (record.Data.Deserialize(RollbackJson.Compact.BackupTestedData) is { Result.Backup: not null } data)
                {
                    tests.Add(data);
                }
            }
            catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
            {
                // An edited record is told by Test-RollbackLog; it vouches for nothing.
            }
        }

        return tests;
    }
}
