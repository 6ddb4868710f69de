using RollbackOps.Diagnostics;

namespace RollbackOps.Databases;

/// <summary>
/// Exports the writes that a swap left behind: restores the backup once more, compares the database that was swapped out
/// with it, and drops it again. Whatever goes wrong here fails nothing else: the swap is made, and both databases are kept.
/// </summary>
internal sealed class LostChangesExporter
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(1);

    private readonly DatabaseContext _context;
    private readonly DatabaseRestorePlan _plan;
    private readonly RestoreRecorder _recorder;

    public LostChangesExporter(DatabaseContext context, DatabaseRestorePlan plan, RestoreRecorder recorder)
    {
        _context = context;
        _plan = plan;
        _recorder = recorder;
    }

    /// <summary>Exports them, where the plan says so.</summary>
    /// <param name="database">The database that was swapped out.</param>
    /// <param name="cancellationToken">Stops the export alone; nothing of it is left.</param>
    /// <returns>What was exported, or why it was not; null where it was not asked for.</returns>
    public async Task<LostChanges?> ExportAsync(string database, CancellationToken cancellationToken)
    {
        if (_plan is not { LostChangesFolder: { } folder, LostChangesBackup: { } backup })
        {
            return null;
        }

        var step = _plan.Steps.First(one => one.Kind == RestoreStepKind.ExportLostChanges);
        try
        {
            _recorder.Intended(step, s_deadline);
            var changes = await ExportAsync(database, folder, backup, cancellationToken);
            _recorder.Done(step, $"{changes}");
            return changes;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Ended(new RollbackOpsException(ErrorId.ExportFailed,
                "The export of the lost writes was stopped.", "The kept database holds them; nothing of the export is left.")) with
            { IsStopped = true };
        }
        catch (Exception thrown)
        {
            // The swap is made: whatever this comes to, its record must not be lost.
            return Ended(UnforeseenFailure.Of(thrown, "The export of the lost writes"));
        }

        LostChanges Ended(RollbackOpsException failure)
        {
            _recorder.Failed(step, failure);
            _recorder.Warn($"{failure.Message} {failure.NextStep}");
            return new LostChanges { Database = database, Backup = backup.Name, Error = failure.Message };
        }
    }

    private async Task<LostChanges> ExportAsync(string database, string folder, DatabaseBackup backup, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var place = _context.Engine.SidePlace(_plan.Id + "-lost");
        // A process that was killed here left one.
        await _context.Engine.OpenSide(place).DropAsync();
        var source = backup.ToSource() with
        {
            SkipsDatabaseCommands = _plan.Overrides.Any(one => one.Name == nameof(RestoreRequest.SkipDatabaseCommands)),
        };
        var scratch = await _context.Engine.RestoreAsideAsync(source, place, _recorder.Bytes, cancellationToken);
        try
        {
            RollbackEvents.Boundary("Export.Restored", folder);
            return await _context.Engine.ExportChangesAsync(
                new ChangeExport(
                    _context.Engine.Name, database, scratch, backup.Name, source.Sha256, folder, _context.Clock.GetUtcNow()),
                _recorder.Tell, cancellationToken);
        }
        finally
        {
            await DropAsync(scratch);
        }
    }

    private async Task DropAsync(ISideDatabase scratch)
    {
        try
        {
            await scratch.DropAsync();
        }
        catch (RollbackOpsException left)
        {
            _recorder.Warn($"{left.Message} {left.NextStep}");
        }
    }
}
