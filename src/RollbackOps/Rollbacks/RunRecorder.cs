using System.Text.Json.Serialization.Metadata;

namespace RollbackOps.Rollbacks;

/// <summary>The records of one run of one plan, with the times in them, and what is told of it meanwhile.</summary>
internal sealed class RunRecorder
{
    private readonly RollbackContext _context;
    private readonly RollbackPlan _plan;
    private readonly Action<RollbackProgress> _tell;
    private readonly long _begun;
    private TimeSpan _stepBegun;

    public RunRecorder(RollbackContext context, RollbackPlan plan, Action<RollbackProgress> tell)
    {
        _context = context;
        _plan = plan;
        _tell = tell;
        _begun = context.Clock.GetTimestamp();
    }

    /// <summary>Monotonic time since the run began.</summary>
    public TimeSpan Elapsed => _context.Clock.GetElapsedTime(_begun);

    /// <summary>Appends a record of this rollback.</summary>
    public void Append<T>(JournalKind kind, T data, JsonTypeInfo<T> type) =>
        _context.Journal.Append(kind, _plan.Id, data, type);

    /// <inheritdoc cref="Append{T}"/>
    public void Append(RollbackStartedData data) =>
        _context.Journal.Append(JournalKind.RollbackStarted, _plan.Id, RollbackJson.ToElement(data), () => RollbackJson.Compact.RollbackStartedData);

    /// <summary>A step begins; its duration is measured from here.</summary>
    public void Begin(PlannedStep step)
    {
        _stepBegun = Elapsed;
        Tell(ProgressKind.Step, step, step.Description);
    }

    /// <summary>A step's effect is about to be brought about.</summary>
    public void Intended(PlannedStep step) =>
        Append(JournalKind.StepIntended, Data(step, detail: null));

    /// <summary>A step is done.</summary>
    /// <param name="step">The step.</param>
    /// <param name="detail">What was seen or done.</param>
    /// <param name="deploymentId">What it makes live, where that is not the plan's target.</param>
    public void Completed(PlannedStep step, string detail, string? deploymentId = null)
    {
        Append(JournalKind.StepCompleted, Data(step, detail) with { DeploymentId = deploymentId });
        Tell(ProgressKind.Detail, step, $"{step.Description}: {detail}");
    }

    /// <summary>The failure itself matters more than its record: where that cannot be written, the end says so.</summary>
    public void Failed(PlannedStep step, RollbackOpsException failure)
    {
        try
        {
            Append(JournalKind.StepFailed, Data(step, failure.Message) with { Error = failure.Id });
        }
        catch (RollbackOpsException unwritable) when (unwritable.Id == ErrorId.JournalUnwritable)
        {
            Warn(step, $"The failure of step {step.Number} could not be recorded: {unwritable.Message}");
        }
    }

    /// <summary>Something that a person should see at once.</summary>
    public void Warn(PlannedStep step, string text) => Tell(ProgressKind.Warning, step, text);

    /// <summary>The result as the journal tells it: there is one source.</summary>
    public RollbackResult ReadBack() => _context.ReadLedger().Find(_plan.Id)!
        .ToResult(_plan.Project, _plan.Environment, _context.Store.Location);

    private void Append(JournalKind kind, StepData data) =>
        _context.Journal.Append(kind, _plan.Id, RollbackJson.ToElement(data), () => RollbackJson.Compact.StepData);

    private void Tell(ProgressKind kind, PlannedStep step, string text) =>
        _tell(new RollbackProgress(kind, text, step.Number, _plan.Steps.Count, Elapsed));

    private StepData Data(PlannedStep step, string? detail) => new()
    {
        Step = step.Number,
        Kind = step.Kind,
        Detail = detail is null ? null : Inert.Text(detail),
        ElapsedMilliseconds = Elapsed.TotalMilliseconds,
        DurationMilliseconds = (Elapsed - _stepBegun).TotalMilliseconds,
        Key = $"{_plan.Id}/{step.Number}",
    };
}
