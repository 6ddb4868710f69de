using RollbackOps.Decisions;
using RollbackOps.Rollbacks;

namespace RollbackOps.Escalations;

/// <summary>How far an escalation is, as the journal tells it. Nothing of it is kept elsewhere.</summary>
internal sealed class EscalationState
{
    private readonly List<EscalationStep> _steps = [];

    private EscalationState(EscalationStep started)
    {
        Started = started;
        _steps.Add(started);
    }

    /// <summary>Every step, oldest first.</summary>
    public IReadOnlyList<EscalationStep> Steps => _steps;

    /// <summary>Its first step.</summary>
    public EscalationStep Started { get; }

    public string Id => Started.IncidentId;

    /// <summary>What its messages stand together under: the rollback's thread where there is one.</summary>
    public string Thread => Started.RollbackId ?? Id;

    public Severity Severity => Started.Severity ?? Severity.P1;

    public string Reason => Started.Reason ?? string.Empty;

    /// <summary>When the first level is called, unless a rollback spares it.</summary>
    public DateTimeOffset ChainAt => Started.DueAt ?? Started.At;

    /// <summary>From where the chain goes on: the last call, or the begin of the round.</summary>
    public EscalationStep Anchor => _steps.Last(step => step.Kind is EscalationStepKind.Started or EscalationStepKind.Repeated
        or EscalationStepKind.Called or EscalationStepKind.HandedOver);

    /// <summary>That it was handed to PagerDuty's policy, since the chain last began; or null.</summary>
    public EscalationStep? HandedOver => _steps.LastOrDefault(step =>
        step.Kind is EscalationStepKind.HandedOver or EscalationStepKind.Repeated) is { Kind: EscalationStepKind.HandedOver } handed ? handed : null;

    /// <summary>Whether PagerDuty accepted what was handed over.</summary>
    public bool IsAccepted => HandedOver is { } handed
        && _steps.Exists(step => step.Kind == EscalationStepKind.Reached && step.Call == handed.Call);

    /// <summary>Whether nobody was called yet, in whatever way, and nobody acknowledged.</summary>
    public bool IsUntouched => Acknowledged is null && !_steps.Exists(step => step.Kind is EscalationStepKind.Called or EscalationStepKind.HandedOver);

    /// <summary>The number of the next call.</summary>
    public int NextCall => _steps.Max(step => step.Call ?? 0) + 1;

    /// <summary>Who acknowledged last, as long as that holds; null when people are to be called.</summary>
    public EscalationStep? Acknowledged => _steps.LastOrDefault(step =>
        step.Kind is EscalationStepKind.Acknowledged or EscalationStepKind.Answered or EscalationStepKind.Repeated) is
    { Kind: not EscalationStepKind.Repeated } standing ? standing : null;

    /// <summary>The calls that nobody has acknowledged yet, oldest first.</summary>
    public IEnumerable<EscalationStep> OpenCalls
    {
        get
        {
            var last = _steps.FindLastIndex(step => step.Kind is EscalationStepKind.Acknowledged or EscalationStepKind.Answered);
            return _steps.Skip(last + 1).Where(step => step.Kind is EscalationStepKind.Called or EscalationStepKind.HandedOver);
        }
    }

    /// <summary>Every call, oldest first, but what was handed over.</summary>
    public IEnumerable<EscalationStep> Calls => _steps.Where(step => step.Kind == EscalationStepKind.Called);

    /// <summary>The last step of a kind, or null.</summary>
    public EscalationStep? Last(EscalationStepKind kind) => _steps.LastOrDefault(step => step.Kind == kind);

    /// <summary>Whether nobody is called any more, for good.</summary>
    public bool IsOver => _steps.Exists(step => step.Kind is EscalationStepKind.Resolved or EscalationStepKind.Spared);

    /// <summary>The last sign that somebody works on it.</summary>
    public DateTimeOffset LastProgressAt { get; private set; }

    /// <summary>Who said of the rollback that its incident is resolved; null while nobody did.</summary>
    public HumanAnswer? ResolvedByAnswer { get; private set; }

    /// <summary>The automatic rollback that was verified within its time, or null.</summary>
    public RollbackAttempt? SparedBy { get; private set; }

    /// <summary>One that has not begun yet.</summary>
    public static EscalationState Of(EscalationStep started) => new(started) { LastProgressAt = started.At };

    /// <summary>Every escalation in a journal, oldest first.</summary>
    /// <param name="reading">The journal.</param>
    /// <param name="automatic">How long an automatic rollback has.</param>
    /// <param name="unwritten">Steps of this process that the journal does not hold yet.</param>
    public static IReadOnlyList<EscalationState> Read(
        JournalReading reading, TimeSpan automatic, IReadOnlyList<EscalationStep>? unwritten = null)
    {
        var all = new Dictionary<string, EscalationState>(StringComparer.Ordinal);
        foreach (var record in reading.Records)
        {
            if (record.Kind != JournalKind.EscalationStep)
            {
                foreach (var state in all.Values.Where(state => !state.IsOver))
                {
                    state.Follow(record);
                }
            }
            else if (StepOf(record) is { } step)
            {
                Add(all, step);
            }
        }

        foreach (var step in unwritten ?? [])
        {
            Add(all, step);
        }

        if (all.Values.Any(state => !state.IsOver && state.IsUntouched))
        {
            var ledger = RollbackLedger.From(reading);
            foreach (var state in all.Values)
            {
                state.SparedBy = ledger.Attempts.LastOrDefault(attempt => state.IsSparedBy(attempt, automatic));
            }
        }

        return [.. all.Values];
    }

    /// <summary>A step as a record has it; null for a record that is none.</summary>
    public static EscalationStep? StepOf(JournalRecord record) => record.Read(RollbackJson.Compact.EscalationStep) is { IncidentId.Length: > 0 } step
        ? step with { At = record.At, Record = record.Number }
        : null;

    private static void Add(Dictionary<string, EscalationState> all, EscalationStep step)
    {
        if (all.TryGetValue(step.IncidentId, out var known))
        {
            known.Add(step);
        }
        else if (step.Kind == EscalationStepKind.Started)
        {
            all[step.IncidentId] = Of(step);
        }
    }

    private void Add(EscalationStep step)
    {
        _steps.Add(step);
        if (step.Kind is EscalationStepKind.Acknowledged or EscalationStepKind.Answered or EscalationStepKind.Progress)
        {
            LastProgressAt = step.At;
        }
    }

    private void Follow(JournalRecord record)
    {
        if (IsProgress(record.Kind))
        {
            LastProgressAt = record.At;
        }

        if (record.Kind == JournalKind.WindowVerified && record.RollbackId is { } verified && verified == Started.RollbackId
            && record.Read(RollbackJson.Compact.WindowVerifiedData) is { Answers: { } answers })
        {
            ResolvedByAnswer = answers.LastOrDefault(answer => answer is { Item: HumanItem.IncidentResolved, Holds: true }) ?? ResolvedByAnswer;
        }
    }

    /// <summary>
    /// Whether an automatic rollback came out well within its time. It may have begun before people were asked for, by as much
    /// as it has time at all.
    /// </summary>
    private bool IsSparedBy(RollbackAttempt attempt, TimeSpan automatic) =>
        attempt is { IsAutomatic: true, Status: RollbackStatus.Succeeded, Plan.Kind: PlanKind.Rollback, FinishedAt: { } finished }
        && (Started.RollbackId is null || attempt.RollbackId == Started.RollbackId)
        && attempt.StartedAt >= ChainAt - automatic - automatic && finished <= ChainAt && finished - attempt.StartedAt <= automatic;

    /// <summary>What somebody, or something, does about an incident; what only looks on is none of it.</summary>
    private static bool IsProgress(JournalKind kind) => kind is JournalKind.RollbackStarted or JournalKind.StepCompleted
        or JournalKind.StepFailed or JournalKind.Verified or JournalKind.RollbackFinished or JournalKind.AttemptRefused
        or JournalKind.DeploymentMarked or JournalKind.DeploymentUnmarked or JournalKind.Resumed or JournalKind.ReportWritten
        or JournalKind.RungLeft or JournalKind.BackupTaken or JournalKind.BackupTested or JournalKind.RestoreStarted
        or JournalKind.RestoreStep or JournalKind.RestoreFinished or JournalKind.WindowVerified or JournalKind.EvidenceSaved;
}
