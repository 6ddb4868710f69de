using System.Management.Automation;
using RollbackOps;
using RollbackOps.Rollbacks;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>A cmdlet whose work runs on the thread pool and writes through the pipeline thread.</summary>
public abstract class AsynchronousCommand : CancellableCommand
{
    private const int ProgressId = 1846;
    private static readonly TimeSpan s_progressPause = TimeSpan.FromMilliseconds(100);

    private PipelineQueue? _queue;
    private TimeSpan? _lastProgress;
    private bool _hasProgress;
    private RollbackProgress? _step;

    /// <summary>What progress is shown of.</summary>
    private protected virtual string Activity => "Rollback";

    /// <summary>Runs work to its end while writing what it asks to write; one of our errors terminates the cmdlet.</summary>
    private protected void Run(Func<CancellationToken, Task> work)
    {
        using var queue = new PipelineQueue(Cancel);
        _queue = queue;
        try
        {
            queue.Pump(() => work(StopToken), StopToken);
        }
        catch (RollbackOpsException failure)
        {
            ThrowTerminatingError(ErrorRecords.Of(failure));
        }
        finally
        {
            _queue = null;
            CompleteProgress();
        }
    }

    /// <summary>Writes an object and waits until the pipeline has taken it, so that nothing is read ahead of need.</summary>
    private protected Task EmitAsync(object value) => OnPipelineAsync(() =>
    {
        WriteObject(value);
        return true;
    });

    /// <summary>Writes an object some time later, and waits for nobody.</summary>
    private protected void Emit(object value) => Post(() => WriteObject(value));

    /// <summary>Does something on the pipeline thread some time later, as long as there is somebody to do it.</summary>
    private protected void Post(Action action) => _queue?.Post(action);

    /// <summary>Writes a rollback's result, and then one error where it is not good news.</summary>
    private protected async Task EmitOutcomeAsync(RollbackResult result)
    {
        if (result.Status == RollbackStatus.Interrupted)
        {
            // After a stop nothing that a cmdlet writes arrives, and what is queued is called off; the host's own line
            // does arrive (S20).
            Say(
                $"Stopped waiting. Rollback {result.Number} ({result.From?.Id} -> {result.Target?.Id}) is not finished; what was begun goes on. Resume-Rollback looks at it and finishes it.");
        }

        await EmitAsync(result);
        if (result.Error is { } error)
        {
            Report(new RollbackOpsException(error, result.Message ?? result.Status.ToString(),
                result.NextStep ?? "Look at Get-RollbackLog.", result));
        }
    }

    /// <summary>Does something on the pipeline thread.</summary>
    private protected Task<T> OnPipelineAsync<T>(Func<T> function) => _queue!.InvokeAsync(function);

    /// <summary>Writes an error for one object; the cmdlet goes on.</summary>
    private protected virtual void Report(RollbackOpsException failure) => _queue!.Post(() => WriteError(ErrorRecords.Of(failure)));

    /// <summary>Writes a warning.</summary>
    private protected void Warn(string text) => _queue!.Post(() => WriteWarning(text));

    /// <summary>Writes a detail that is shown with <c>-Verbose</c>.</summary>
    private protected void Verbose(string text) => _queue?.Post(() => WriteVerbose(text));

    /// <summary>Shows news of a rollback: steps as progress, details with <c>-Verbose</c>, warnings at once.</summary>
    private protected void Tell(RollbackProgress news)
    {
        switch (news.Kind)
        {
            case ProgressKind.Warning:
                Warn(news.Text);
                break;
            case ProgressKind.Detail:
                _queue?.Post(() => WriteVerbose(news.Text));
                break;
            case ProgressKind.Bytes:
                break;
            default:
                _queue?.Post(() => WriteVerbose($"Step {news.Step} of {news.StepCount}: {news.Text}"));
                break;
        }

        // A step's begin is always shown; what happens inside it at most ten times a second.
        if (news.Kind == ProgressKind.Step || _lastProgress is null || news.Elapsed - _lastProgress > s_progressPause)
        {
            _lastProgress = news.Elapsed;
            _queue?.Post(() => ShowProgress(news));
        }
    }

    /// <summary>Shows a bar of its own.</summary>
    /// <param name="activity">What goes on.</param>
    /// <param name="status">How it stands.</param>
    /// <param name="elapsed">How long it has gone on.</param>
    /// <param name="end">How long it is to go on; null where nobody knows.</param>
    /// <param name="shown">Is called once it was shown.</param>
    private protected void ShowBar(string activity, string status, TimeSpan elapsed, TimeSpan? end, Action? shown = null) => _queue?.Post(() =>
    {
        _hasProgress = true;
        WriteProgress(new ProgressRecord(ProgressId, activity, status)
        {
            PercentComplete = end is not { } known ? -1 : known > TimeSpan.Zero ? (int)Math.Clamp(100 * (elapsed / known), 0, 100) : 100,
            SecondsRemaining = end is { } until ? (int)Math.Max(0, (until - elapsed).TotalSeconds) : -1,
        });
        shown?.Invoke();
    });

    private void ShowProgress(RollbackProgress news)
    {
        _hasProgress = true;
        _step = news.Kind == ProgressKind.Step ? news : _step;
        var status = _step is null ? news.Text : $"{_step.Step}/{_step.StepCount} {_step.Text}";
        WriteProgress(new ProgressRecord(ProgressId, Activity, $"{status} ({news.Elapsed.TotalSeconds:0.0} s)")
        {
            CurrentOperation = _step is null || news.Kind == ProgressKind.Step ? string.Empty : news.Text,
            PercentComplete = _step is null ? -1 : (_step.Step - 1) * 100 / _step.StepCount,
        });
    }

    private void CompleteProgress()
    {
        if (!_hasProgress || IsStoppedByUser)
        {
            return;
        }

        _hasProgress = false;
        WriteProgress(new ProgressRecord(ProgressId, Activity, "Done") { RecordType = ProgressRecordType.Completed });
    }
}
