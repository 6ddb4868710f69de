using RollbackOps.Rollbacks;

namespace RollbackOps.Databases;

/// <summary>Makes a backup: written under a temporary name, made durable, then renamed.</summary>
internal sealed class BackupTaker
{
    private readonly DatabaseContext _context;
    private readonly IBackupFolder _folder;
    private readonly StepTeller _tell;

    public BackupTaker(DatabaseContext context, IBackupFolder folder, Action<RollbackProgress> tell)
    {
        _context = context;
        _folder = folder;
        _tell = new StepTeller(tell, context.Clock);
    }

    /// <summary>Makes it.</summary>
    /// <param name="keep">
    /// How many backups of this database to keep, the new one included; older ones are deleted once the new one is in
    /// place, but never the newest that passed its test. Null keeps all.
    /// </param>
    /// <param name="cancellationToken">Stops it; nothing is left behind.</param>
    /// <exception cref="RollbackOpsException">It could not be made; nothing is left behind.</exception>
    public async Task<DatabaseBackup> TakeAsync(int? keep, CancellationToken cancellationToken)
    {
        var startedAt = _context.Clock.GetUtcNow();
        var reservation = _folder.Reserve(BackupName.At(startedAt), _context.Engine.BackupExtension);
        StoredBackup stored;
        try
        {
            _tell.Begin(1, 2, $"Copy {_context.Engine.Place}");
            var content = await _context.Engine.BackUpAsync(reservation.TemporaryFile, _tell.Bytes, cancellationToken);
            _tell.Begin(2, 2, "Make it durable and hash it");
            stored = await _folder.KeepAsync(
                reservation, (hash, size) => Describe(_context, reservation, content, _context.Engine.Place, startedAt, hash, size), _tell.Bytes, cancellationToken);
        }
        catch
        {
            _folder.Discard(reservation);
            throw;
        }

        var deleted = keep is null ? [] : Thin(keep.Value, stored);
        _context.Journal.Append(JournalKind.BackupTaken, rollbackId: null,
            new BackupTakenData
            {
                Manifest = stored.Manifest!,
                Path = stored.Path,
                By = _context.Context.Actor,
                Deleted = deleted,
            },
            RollbackJson.Compact.BackupTakenData);
        return new BackupCatalogue(_context, _folder).Describe(stored);
    }

    /// <summary>The manifest of what was written.</summary>
    public static BackupManifest Describe(
        DatabaseContext context, BackupReservation reservation, BackupContent content, string database, DateTimeOffset startedAt,
        string hash, long size) => new()
        {
            Name = reservation.Name,
            File = Path.GetFileName(reservation.File),
            Sha256 = hash,
            Size = size,
            Format = content.Format,
            Project = context.Project,
            Environment = context.Environment,
            Engine = context.Engine.Name,
            Host = System.Environment.MachineName,
            Database = database,
            ServerVersion = content.ServerVersion,
            MigrationLevel = content.MigrationLevel,
            Tables = content.Tables,
            StartedAt = startedAt,
            FinishedAt = context.Clock.GetUtcNow(),
            Tools = content.Tools,
        };

    /// <summary>
    /// Deletes what is beyond the number to keep: whole backups of ours, of this database, and never the new one, whatever
    /// the clock says, nor the last proven one.
    /// </summary>
    private List<string> Thin(int keep, StoredBackup made)
    {
        var own = new BackupCatalogue(_context, _folder).Read()
            .Where(backup => backup.Manifest is { } manifest && manifest.Engine == _context.Engine.Name
                && manifest.Database == _context.Engine.Place && manifest.Project == _context.Project
                && manifest.Environment == _context.Environment && backup.Path != made.Path
                && backup.Status is not (BackupStatus.Damaged or BackupStatus.Failed))
            .ToList();
        var proven = own.FirstOrDefault(backup => backup.Status == BackupStatus.Tested);
        var surplus = own.Skip(keep - 1).Where(backup => backup.Path != proven?.Path).Select(backup => backup.Path).ToHashSet();
        var deleted = new List<string>();
        foreach (var backup in _folder.List().Where(stored => surplus.Contains(stored.Path)))
        {
            try
            {
                _folder.Delete(backup);
                deleted.Add(backup.Path);
            }
            catch (RollbackOpsException failure)
            {
                // The new one stands all the same.
                _tell.Warn($"'{backup.Path}' is beyond the number to keep and cannot be deleted: {failure.Message}");
            }
        }

        return [.. deleted.Order(StringComparer.Ordinal)];
    }
}
