using RollbackOps.Deployments;
using RollbackOps.Notifications;

namespace RollbackOps.Rollbacks;

/// <summary>
/// What the journal says, as a whole: marks, attempts, switches, proofs. Nothing of it is stored elsewhere.
/// </summary>
internal sealed class RollbackLedger
{
    private readonly Dictionary<string, DeploymentMark> _marks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeploymentMark> _replaced = new(StringComparer.Ordinal);
    private readonly List<RollbackAttempt> _attempts = [];
    private readonly Dictionary<string, int> _attemptOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _restoreNumbers = new(StringComparer.Ordinal);
    private readonly List<Activation> _switches = [];
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    private readonly Dictionary<(string RollbackId, HumanItem Item), HumanAnswer> _answers = [];
    private readonly HashSet<string> _futile = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EvidenceSavedData> _evidence = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _postMortems = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TeamToldData> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _provenAt = new(StringComparer.Ordinal);

    private RollbackLedger(JournalReading reading)
    {
        Reading = reading;
        foreach (var record in reading.Records)
        {
            Apply(record);
        }
    }

    /// <summary>An empty ledger, for where nothing was ever recorded.</summary>
    public static RollbackLedger Empty { get; } = new(new JournalReading { Records = [], Findings = [] });

    /// <summary>The journal it is a view of.</summary>
    public JournalReading Reading { get; }

    /// <summary>The marks in force, by deployment.</summary>
    public IReadOnlyDictionary<string, DeploymentMark> Marks => _marks;

    /// <summary>Every attempt, oldest first.</summary>
    public IReadOnlyList<RollbackAttempt> Attempts => _attempts;

    /// <summary>The numbers of the restores, by id: the log counts rollbacks and restores in one row.</summary>
    public IReadOnlyDictionary<string, int> RestoreNumbers => _restoreNumbers;

    /// <summary>Every confirmed switch, oldest first.</summary>
    public IReadOnlyList<Activation> Switches => _switches;

    /// <summary>The highest fencing token of any lease that the journal tells of, or 0 (S8).</summary>
    public long LastToken { get; private set; }

    /// <summary>The attempt that was cut off and not resumed, or null.</summary>
    public RollbackAttempt? Unfinished => _attempts.LastOrDefault(attempt => attempt.IsUnfinished);

    /// <summary>The newest attempt of a plan that switched production and was not undone, or null.</summary>
    public RollbackAttempt? LastStanding => _attempts.LastOrDefault(attempt =>
        attempt.SwitchedAt is not null && attempt.UndoneBy is null && attempt.Plan!.Kind == PlanKind.Rollback);

    /// <summary>What watches noted.</summary>
    public WatchLedger Watch { get; } = new();

    /// <summary>When the newest rollback switched, or began where that is not known yet; null without one (S27).</summary>
    public DateTimeOffset? LastActAt => _attempts
        .Where(attempt => attempt.Plan is { Kind: PlanKind.Rollback } && (attempt.SwitchedAt is not null || attempt.IsUnfinished))
        .Max(attempt => attempt.SwitchedAt ?? (DateTimeOffset?)attempt.StartedAt);

    public static RollbackLedger From(JournalReading reading) => new(reading);

    /// <summary>When a deployment was proven healthy by a verification of ours, or null.</summary>
    public DateTimeOffset? ProvenAt(string deploymentId) =>
        _provenAt.TryGetValue(deploymentId, out var at) ? at : null;

    /// <summary>Whether somebody rolled away from a deployment and the rollback stands.</summary>
    public bool WasRolledAwayFrom(string deploymentId, DateTimeOffset? since = null) => _attempts.Any(attempt =>
        attempt.Plan is { Kind: PlanKind.Rollback } plan && plan.From.Id == deploymentId
        && attempt.SwitchedAt is { } at && attempt.UndoneBy is null && (since is null || at > since));

    /// <summary>Whether an incident report of a rollback was written.</summary>
    public bool HasReport(string rollbackId) => _reported.Contains(rollbackId);

    /// <summary>
    /// Whether an incident is open in which an automatic rollback was made (S27): from its first serious verdict until somebody
    /// calls it resolved or its last serious verdict is long enough ago.
    /// </summary>
    public bool IsIncidentSpent(DateTimeOffset at, TimeSpan pause) => Watch.IncidentSince(at, pause) is { } since
        && !_answers.Values.Any(answer => answer is { Item: HumanItem.IncidentResolved, Holds: true } && answer.At >= Watch.SeriousSince)
        && _attempts.Any(attempt => attempt.IsAutomatic && attempt.StartedAt >= since && (attempt.SwitchedAt is not null || attempt.IsUnfinished));

    /// <summary>What a person said last of an item of a rollback, or null.</summary>
    public HumanAnswer? AnswerOf(string rollbackId, HumanItem item) => _answers.GetValueOrDefault((rollbackId, item));

    /// <summary>Whether it was found that a rollback did not help (S26).</summary>
    public bool IsFutile(string rollbackId) => _futile.Contains(rollbackId);

    /// <summary>What was recorded of a saved archive, by its name; null when nothing was.</summary>
    public EvidenceSavedData? EvidenceOf(string archive) => _evidence.GetValueOrDefault(archive);

    /// <summary>When the post-mortem of a rollback or restore is, UTC; null where none is scheduled.</summary>
    public DateTimeOffset? PostMortemAt(string id) => _postMortems.TryGetValue(id, out var at) ? at : null;

    /// <summary>When and over which channels people were told of a rollback or restore; null where no channel took a message of it.</summary>
    public TeamToldData? ToldOf(string id) => _told.GetValueOrDefault(id);

    /// <summary>The mark that a rollback's own replaced, or null.</summary>
    public DeploymentMark? ReplacedBy(string rollbackId) => _replaced.GetValueOrDefault(rollbackId);

    /// <summary>The attempt of a rollback, or null.</summary>
    public RollbackAttempt? Find(string rollbackId) =>
        _attemptOf.TryGetValue(rollbackId, out var index) ? _attempts[index] : null;

    private void Apply(JournalRecord record)
    {
        switch (record.Kind)
        {
            case JournalKind.RollbackStarted when record.Read(RollbackJson.Compact.RollbackStartedData) is
            { Plan: { From: not null, Target: not null, Steps: not null } } data:
                Start(record, data);
                Saw(data.Token);
                break;
            case JournalKind.LeaseTakenOver when record.Read(RollbackJson.Compact.LeaseTakenOverData) is
            { From: { } dead, By: { } living }:
                Saw(Math.Max(dead.Token, living.Token));
                break;
            case JournalKind.RestoreStarted when record.Read(RollbackJson.Compact.RestoreStartedData) is { } restore:
                if (record.RollbackId is { } restoreId)
                {
                    _restoreNumbers.TryAdd(restoreId, NextNumber);
                }

                Saw(restore.Token);
                break;
            case JournalKind.StepIntended:
                ApplyStep(record, StepStatus.Intended);
                break;
            case JournalKind.StepCompleted:
                ApplyStep(record, StepStatus.Done);
                break;
            case JournalKind.StepFailed:
                ApplyStep(record, StepStatus.Failed);
                break;
            case JournalKind.Verified when record.Read(RollbackJson.Compact.VerifiedData) is { Verification: not null } data:
                ApplyVerification(record, data.Verification);
                break;
            case JournalKind.RollbackFinished when record.Read(RollbackJson.Compact.RollbackFinishedData) is { } data:
                Update(record, attempt => attempt with { Finished = data, FinishedAt = record.At });
                ApplyUndo(record, data);
                break;
            case JournalKind.Resumed:
                Update(record, attempt => attempt with { Finished = null, FinishedAt = null });
                Saw(record.Read(RollbackJson.Compact.NoteData)?.Token ?? 0);
                break;
            case JournalKind.AttemptRefused when record.Read(RollbackJson.Compact.AttemptRefusedData) is { } data:
                _attempts.Add(new RollbackAttempt
                {
                    Number = NextNumber,
                    Owner = data.Owner,
                    StartedAt = record.At,
                    FirstRecord = record.Number,
                    Refusal = data,
                });
                break;
            case JournalKind.ReportWritten when record.RollbackId is { } reported:
                _reported.Add(reported);
                if (record.Read(RollbackJson.Compact.ReportWrittenData)?.PostMortemAt is { } meeting)
                {
                    _postMortems.TryAdd(reported, meeting);
                }

                break;
            case JournalKind.WindowVerified when record is { RollbackId: { } verified }
                && record.Read(RollbackJson.Compact.WindowVerifiedData) is { Verification: not null, Answers: not null } window:
                foreach (var answer in window.Answers)
                {
                    _answers[(verified, answer.Item)] = answer;
                }

                if (window.Verification.Comparison is { Outcome: Incidents.Improvement.NoImprovement })
                {
                    _futile.Add(verified);
                }

                break;
            case JournalKind.TeamTold when record is { RollbackId: { } told } && record.Read(RollbackJson.Compact.TeamToldData) is { Channels: not null } people:
                _told[told] = _told.TryGetValue(told, out var before)
                    ? before with { Channels = [.. before.Channels.Union(people.Channels, StringComparer.Ordinal)] }
                    : people;
                break;
            case JournalKind.EvidenceSaved when record.Read(RollbackJson.Compact.EvidenceSavedData) is { Name: not null } saved:
                _evidence[saved.Name] = saved;
                break;
            case JournalKind.WatchNoted or JournalKind.IncidentOpened or JournalKind.IncidentEased:
                Watch.Apply(record);
                if (record.Kind == JournalKind.WatchNoted && record.Read(RollbackJson.Compact.WatchNotedData) is { IsProven: true, DeploymentId: { } proven })
                {
                    _provenAt[proven] = record.At;
                }

                break;
            case JournalKind.DeploymentMarked when record.Read(RollbackJson.Compact.DeploymentMarkedData) is
            { Mark.DeploymentId: not null } data:
                _marks[data.Mark.DeploymentId] = data.Mark;
                if (data is { Replaced.DeploymentId: { } replaced, Mark.RollbackId: { } by } && replaced == data.Mark.DeploymentId)
                {
                    _replaced[by] = data.Replaced;
                }

                break;
            case JournalKind.DeploymentUnmarked when record.Read(RollbackJson.Compact.DeploymentUnmarkedData) is { } data:
                _marks.Remove(data.DeploymentId);
                break;
        }
    }

    private int NextNumber => _attempts.Count + _restoreNumbers.Count + 1;

    private void Saw(long token) => LastToken = Math.Max(LastToken, token);

    private void Start(JournalRecord record, RollbackStartedData data)
    {
        if (record.RollbackId is null || _attemptOf.ContainsKey(record.RollbackId))
        {
            return;
        }

        _attemptOf[record.RollbackId] = _attempts.Count;
        _attempts.Add(new RollbackAttempt
        {
            Number = NextNumber,
            RollbackId = record.RollbackId,
            Plan = data.Plan,
            Owner = data.Owner,
            StartedAt = record.At,
            FirstRecord = record.Number,
        });
    }

    private void ApplyStep(JournalRecord record, StepStatus status)
    {
        if (record.Read(RollbackJson.Compact.StepData) is not { } data)
        {
            return;
        }

        Update(record, attempt =>
        {
            var planned = attempt.Plan?.Steps.FirstOrDefault(step => step.Number == data.Step);
            if (planned is null)
            {
                return attempt;
            }

            var wasDone = attempt.SwitchedAt is not null;
            var steps = new Dictionary<int, StepResult>(attempt.Steps)
            {
                [data.Step] = new StepResult
                {
                    Number = data.Step,
                    Kind = data.Kind,
                    Description = data.Kind == planned.Kind ? planned.Description : PlannedStep.LiftedAgain(planned),
                    Status = status,
                    At = record.At,
                    Duration = RollbackAttempt.Milliseconds(data.DurationMilliseconds),
                    Detail = data.Detail,
                    DeploymentId = data.DeploymentId,
                },
            };
            var updated = attempt with { Steps = steps };
            if (!wasDone && updated.SwitchedAt is not null)
            {
                _switches.Add(new Activation
                {
                    DeploymentId = updated.LiveId!,
                    At = record.At,
                    IsRollback = updated.Plan!.Kind == PlanKind.Rollback,
                    RollbackId = updated.RollbackId,
                });
            }

            return updated;
        });
    }

    private void ApplyVerification(JournalRecord record, VerificationResult verification)
    {
        Update(record, attempt => attempt with { Verification = verification });
        if (verification is { Status: VerificationStatus.Passed, Identity: ServedIdentity.Proven })
        {
            _provenAt[verification.DeploymentId] = record.At;
        }
    }

    private void ApplyUndo(JournalRecord record, RollbackFinishedData data)
    {
        if (record.RollbackId is not null && Find(record.RollbackId) is { Plan: { Kind: PlanKind.Undo } plan } undo
            && undo.SwitchedAt is not null && plan.UndoOf is { } undone && _attemptOf.TryGetValue(undone, out var index))
        {
            _attempts[index] = _attempts[index] with { UndoneBy = undo.RollbackId };
        }
    }

    private void Update(JournalRecord record, Func<RollbackAttempt, RollbackAttempt> change)
    {
        if (record.RollbackId is not null && _attemptOf.TryGetValue(record.RollbackId, out var index))
        {
            _attempts[index] = change(_attempts[index]);
        }
    }
}
