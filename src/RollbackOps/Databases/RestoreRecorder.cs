using RollbackOps.Diagnostics;
using RollbackOps.Rollbacks;

namespace RollbackOps.Databases;

/// <summary>The records of one restore, with the times in them, and what is told of it meanwhile.</summary>
internal sealed class RestoreRecorder
{
    private readonly DatabaseContext _context;
    private readonly DatabaseRestorePlan _plan;
    private readonly StepTeller _tell;
    private readonly ILease _lease;
    private TimeSpan _begun;

    public RestoreRecorder(DatabaseContext context, DatabaseRestorePlan plan, ILease lease, Action<RollbackProgress> tell)
    {
        _context = context;
        _plan = plan;
        _lease = lease;
        _tell = new StepTeller(tell, context.Clock);
    }

    /// <summary>Monotonic time since the run began.</summary>
    public TimeSpan Elapsed => _tell.Elapsed;

    /// <summary>Tells how far a step is.</summary>
    public Action<ByteProgress> Bytes => _tell.Bytes;

    /// <summary>Tells how far a step is, in words.</summary>
    public Action<string> Tell => _tell.Progress;

    /// <summary>A restore begins.</summary>
    public void Started() => _context.Journal.Append(JournalKind.RestoreStarted, _plan.Id,
        new RestoreStartedData
        {
            Plan = _plan,
            Owner = _context.Context.Actor,
            Host = _lease.Holder.Host,
            ProcessId = _lease.Holder.ProcessId,
            Token = _lease.Holder.Token,
        },
        RollbackJson.Compact.RestoreStartedData);

    /// <summary>A step is about to act: its intent is on disk before its effect (S16).</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.LeaseLost"/> or <see cref="ErrorId.JournalUnwritable"/>.</exception>
    public void Intended(PlannedRestoreStep step, TimeSpan deadline)
    {
        _begun = Elapsed;
        _tell.Begin(step.Number, Math.Max(step.Number, _plan.Steps.Count), step.Description);
        _lease.Renew(step.Kind.ToString(), deadline);
        Record(step, StepStatus.Intended, detail: null, error: null);
        RollbackEvents.Boundary("Effect.Before", step.Kind.ToString());
    }

    /// <summary>A step is done.</summary>
    public void Done(PlannedRestoreStep step, string detail)
    {
        RollbackEvents.Boundary("Effect.After", step.Kind.ToString());
        Record(step, StepStatus.Done, detail, error: null);
        _tell.Detail($"{step.Description}: {detail}");
    }

    /// <summary>A step failed. The failure itself matters more than its record.</summary>
    public void Failed(PlannedRestoreStep step, RollbackOpsException failure)
    {
        try
        {
            Record(step, StepStatus.Failed, failure.Message, failure.Id);
        }
        catch (RollbackOpsException unwritable) when (unwritable.Id == ErrorId.JournalUnwritable)
        {
            _tell.Warn($"The failure of step {step.Number} could not be recorded: {unwritable.Message}");
        }
    }

    /// <summary>Something a person should know at once.</summary>
    public void Warn(string text) => _tell.Warn(text);

    /// <summary>Does what is for the record only: that it cannot be done is told, and fails nothing.</summary>
    public async Task TryAsync(string failed, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception thrown)
        {
            var failure = UnforeseenFailure.Of(thrown, "It");
            Warn($"{failed}: {failure.Message} {failure.NextStep}");
        }
    }

    /// <summary>The end. Where it cannot be recorded, the result says so.</summary>
    public DatabaseRestoreResult Finished(RestoreFinishedData data)
    {
        var end = data with { DurationMilliseconds = Elapsed.TotalMilliseconds };
        try
        {
            _context.Journal.Append(JournalKind.RestoreFinished, _plan.Id, end, RollbackJson.Compact.RestoreFinishedData);
        }
        catch (RollbackOpsException unwritable) when (unwritable.Id == ErrorId.JournalUnwritable)
        {
            _tell.Warn($"The end could not be recorded: {unwritable.Message}");
            var attempt = RestoreLedger.From(_context.Journal.Read()).Find(_plan.Id);
            return (attempt! with { Finished = end }).ToResult();
        }

        return RestoreLedger.From(_context.Journal.Read()).Find(_plan.Id)!.ToResult();
    }

    /// <summary>It can be neither finished nor put back now: without an end in the journal, the next call takes it up.</summary>
    /// <param name="cause">What stopped it.</param>
    /// <param name="more">What else is to be told, beginning with a blank; or nothing.</param>
    public DatabaseRestoreResult CutOff(RollbackOpsException cause, string more) =>
        RestoreLedger.From(_context.Journal.Read()).Find(_plan.Id)!.ToResult() with
        {
            Duration = Elapsed,
            Error = ErrorId.DatabaseUnreachable,
            Message = $"{cause.Message}{more} Neither database is lost; what is left to do is done by the next call.",
            NextStep = $"Once its server answers, call {(_plan.Kind == RestoreKind.Undo ? "Undo-DatabaseRestore" : "Restore-Database")} again: it takes this up first.",
        };

    private void Record(PlannedRestoreStep step, StepStatus status, string? detail, ErrorId? error) =>
        _context.Journal.Append(JournalKind.RestoreStep, _plan.Id,
            new RestoreStepData
            {
                Step = step.Number,
                Kind = step.Kind,
                Status = status,
                Detail = detail is null ? null : Inert.Text(detail),
                DurationMilliseconds = (Elapsed - _begun).TotalMilliseconds,
                Error = error,
            },
            RollbackJson.Compact.RestoreStepData);
}
