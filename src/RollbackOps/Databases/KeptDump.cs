namespace RollbackOps.Databases;

/// <summary>
/// The dump of what a restore kept, for analysis (D3): made once services are up, and that it fails, fails nothing (S30).
/// </summary>
internal sealed class KeptDump
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(1);

    private readonly DatabaseContext _context;
    private readonly DatabaseRestorePlan _plan;
    private readonly RestoreRecorder _recorder;

    public KeptDump(DatabaseContext context, DatabaseRestorePlan plan, RestoreRecorder recorder)
    {
        _context = context;
        _plan = plan;
        _recorder = recorder;
    }

    /// <summary>Makes it where the plan has it, and records where it lies or why there is none.</summary>
    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        if (_plan.Steps.FirstOrDefault(step => step.Kind == RestoreStepKind.DumpKept) is not { } step)
        {
            return;
        }

        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            _recorder.Intended(step, s_deadline);
            _recorder.Done(step, await WriteAsync(cancellationToken));
        }
        catch (OperationCanceledException stopped) when (cancellationToken.IsCancellationRequested)
        {
            Tell(new RollbackOpsException(ErrorId.BackupFailed, "It was stopped.", $"The kept database itself is whole: {_plan.Kept}", _plan.Kept, stopped));
        }
        catch (RollbackOpsException failure)
        {
            Tell(failure);
        }

        void Tell(RollbackOpsException failure)
        {
            _recorder.Failed(step, failure);
            _recorder.Warn($"What was kept could not be dumped for analysis: {failure.Message} It is kept all the same: {_plan.Kept}");
        }
    }

    private async Task<string> WriteAsync(CancellationToken cancellationToken)
    {
        var folder = _context.OpenFolder(folder: null);
        // Not the name of a backup: what is corrupt is never offered as one.
        var reservation = folder.Reserve($"corrupted-{_plan.Id}", _context.Engine.BackupExtension);
        try
        {
            var startedAt = _context.Clock.GetUtcNow();
            var content = await _context.Engine.DumpKeptAsync(_plan.Kept, reservation.TemporaryFile, _recorder.Bytes, cancellationToken);
            return (await folder.KeepAsync(
                reservation,
                (hash, size) => BackupTaker.Describe(_context, reservation, content, _plan.Kept, startedAt, hash, size),
                _recorder.Bytes, cancellationToken)).Path;
        }
        catch
        {
            folder.Discard(reservation);
            throw;
        }
    }
}
