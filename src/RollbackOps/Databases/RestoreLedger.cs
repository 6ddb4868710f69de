using RollbackOps.Rollbacks;

namespace RollbackOps.Databases;

/// <summary>One restore as the journal tells it.</summary>
internal sealed record RestoreAttempt(DatabaseRestorePlan Plan, string Owner, DateTimeOffset StartedAt)
{
    public IReadOnlyDictionary<int, RestoreStepResult> Steps { get; init; } = new Dictionary<int, RestoreStepResult>();

    public RestoreFinishedData? Finished { get; init; }

    /// <summary>The undo that took it back, or null.</summary>
    public string? UndoneBy { get; init; }

    public bool HasBegun(RestoreStepKind kind) => Steps.Values.Any(step => step.Kind == kind);

    /// <summary>The restore as the result its command gave.</summary>
    public DatabaseRestoreResult ToResult() => new()
    {
        RestoreId = Plan.Id,
        Kind = Plan.Kind,
        Project = Plan.Project,
        Environment = Plan.Environment,
        Status = Finished?.Status ?? RestoreStatus.Unfinished,
        Database = Plan.Database,
        Backup = Plan.Backup?.Name,
        Order = Plan.Order,
        Reason = Plan.Reason,
        Owner = Owner,
        StartedAt = StartedAt,
        Duration = RollbackAttempt.Milliseconds(Finished?.DurationMilliseconds ?? 0),
        Outage = Finished?.OutageMilliseconds is { } outage ? RollbackAttempt.Milliseconds(outage) : null,
        LostWrites = Finished?.Status is RestoreStatus.Succeeded or RestoreStatus.Unhealthy ? Plan.LostWrites : null,
        RowsBefore = Finished?.RowsBefore,
        RowsAfter = Finished?.RowsAfter,
        Kept = Finished?.Kept,
        LostChanges = Finished?.LostChanges,
        KeptDump = Steps.Values.FirstOrDefault(step => step is { Kind: RestoreStepKind.DumpKept, Status: StepStatus.Done })?.Detail,
        UndoCommand = Finished is { Kept: not null, Status: RestoreStatus.Succeeded or RestoreStatus.Unhealthy }
            ? $"Undo-DatabaseRestore -RestoreId {Plan.Id} -Reason '...'"
            : null,
        Steps =
        [
            .. Plan.Steps.Select(step => Steps.GetValueOrDefault(step.Number) ?? new RestoreStepResult
            {
                Number = step.Number,
                Kind = step.Kind,
                Status = StepStatus.Pending,
            }),
            .. Steps.Values.Where(step => step.Number > Plan.Steps.Count).OrderBy(step => step.Number),
        ],
        Overrides = Plan.Overrides,
        Warnings = Plan.Warnings,
        Error = Finished?.Error,
        Message = Finished?.Message,
        NextStep = Finished?.NextStep,
    };
}

/// <summary>What the journal says of restores.</summary>
internal sealed class RestoreLedger
{
    private readonly List<RestoreAttempt> _attempts = [];

    private RestoreLedger(JournalReading reading)
    {
        foreach (var record in reading.Records)
        {
            Apply(record);
        }
    }

    /// <summary>Every restore, oldest first.</summary>
    public IReadOnlyList<RestoreAttempt> Attempts => _attempts;

    /// <summary>The restore that was cut off, or null.</summary>
    public RestoreAttempt? Unfinished => _attempts.LastOrDefault(attempt => attempt.Finished is null);

    public static RestoreLedger From(JournalReading reading) => new(reading);

    /// <summary>The restore of an id, or null.</summary>
    public RestoreAttempt? Find(string id) => _attempts.FirstOrDefault(attempt => attempt.Plan.Id == id);

    private void Apply(JournalRecord record)
    {
        switch (record.Kind)
        {
            case JournalKind.RestoreStarted when record.Read(RollbackJson.Compact.RestoreStartedData) is
            { Plan: { Id: not null, Steps: not null } } data:
                _attempts.Add(new RestoreAttempt(data.Plan, data.Owner, record.At));
                break;
            case JournalKind.RestoreStep when record.Read(RollbackJson.Compact.RestoreStepData) is { } data:
                Update(record, attempt => attempt with
                {
                    Steps = new Dictionary<int, RestoreStepResult>(attempt.Steps)
                    {
                        [data.Step] = new RestoreStepResult
                        {
                            Number = data.Step,
                            Kind = data.Kind,
                            Status = data.Status,
                            At = record.At,
                            Duration = RollbackAttempt.Milliseconds(data.DurationMilliseconds),
                            Detail = data.Detail,
                        },
                    },
                });
                break;
            case JournalKind.RestoreFinished when record.Read(RollbackJson.Compact.RestoreFinishedData) is { } data:
                Update(record, attempt => attempt with { Finished = data });
                Undo(record, data);
                break;
        }
    }

    private void Undo(JournalRecord record, RestoreFinishedData data)
    {
        if (data.Status is RestoreStatus.Succeeded or RestoreStatus.Unhealthy
            && Find(record.RollbackId ?? string.Empty)?.Plan is { UndoOf: { } undone } plan)
        {
            var index = _attempts.FindIndex(attempt => attempt.Plan.Id == undone);
            if (index >= 0)
            {
                _attempts[index] = _attempts[index] with { UndoneBy = plan.Id };
            }
        }
    }

    private void Update(JournalRecord record, Func<RestoreAttempt, RestoreAttempt> change)
    {
        var index = _attempts.FindIndex(attempt => attempt.Plan.Id == record.RollbackId);
        if (index >= 0)
        {
            _attempts[index] = change(_attempts[index]);
        }
    }
}
