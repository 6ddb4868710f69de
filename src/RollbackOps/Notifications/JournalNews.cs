using RollbackOps.Databases;
using RollbackOps.Escalations;
using RollbackOps.Rollbacks;

namespace RollbackOps.Notifications;

/// <summary>
/// The messages that follow from the journal. A message belongs to a record and bears its number, so that however often they
/// are made, they are the same; and a rollback whose process died is told of by the next one.
/// </summary>
internal sealed class JournalNews
{
    private readonly RollbackContext _context;
    private readonly NotificationComposer _composer;
    private readonly EscalationMessages _escalations;

    public JournalNews(RollbackContext context)
    {
        _context = context;
        _composer = new NotificationComposer(context.Redactor);
        _escalations = new EscalationMessages(context.Settings, _composer);
    }

    /// <summary>Whether a kind of record is told.</summary>
    public static bool IsNews(JournalKind kind) => kind is JournalKind.RollbackStarted or JournalKind.Resumed
        or JournalKind.RollbackFinished or JournalKind.AttemptRefused or JournalKind.RestoreStarted or JournalKind.RestoreFinished
        or JournalKind.WatchNoted or JournalKind.IncidentOpened or JournalKind.EscalationStep;

    /// <summary>The messages of the records after one, oldest first, and the number of the last record.</summary>
    public (IReadOnlyList<JournalMessage> News, long Last) After(long record)
    {
        var reading = _context.Journal.Read();
        var fresh = reading.Records.Where(one => one.Number > record && IsNews(one.Kind)).ToList();
        if (fresh.Count == 0)
        {
            return ([], reading.LastNumber);
        }

        var rollbacks = RollbackLedger.From(reading);
        var restores = RestoreLedger.From(reading);
        var escalations = fresh.Exists(one => one.Kind == JournalKind.EscalationStep)
            ? EscalationState.Read(reading, _context.Settings.Escalation.Automatic)
            : [];
        return ([.. fresh.SelectMany(one => one.Kind == JournalKind.EscalationStep ? _escalations.NewsOf(one, escalations)
            : Of(one, rollbacks, restores) is { } notification ? [new JournalMessage(notification, Channels: null)] : [])], reading.LastNumber);
    }

    /// <summary>The number of the journal's last record.</summary>
    public long Last => _context.Journal.Read().LastNumber;

    /// <summary>The number of the record that a result's end is told by; null where the journal has none.</summary>
    public long? RecordOf(RollbackResult result) => _context.Journal.Read().Records.LastOrDefault(record => record.Kind switch
    {
        JournalKind.RollbackFinished => result.RollbackId is not null && record.RollbackId == result.RollbackId,
        JournalKind.AttemptRefused => result is { RollbackId: null, Status: RollbackStatus.Refused }
            && record.Read(RollbackJson.Compact.AttemptRefusedData) is { } data
            && _context.Redactor.IsSame(data.Message, result.Message) && _context.Redactor.IsSame(data.Reason, result.Reason),
        _ => false,
    })?.Number;

    /// <inheritdoc cref="RecordOf(RollbackResult)"/>
    public long? RecordOf(DatabaseRestoreResult result) => _context.Journal.Read().Records.LastOrDefault(record => record.Kind switch
    {
        JournalKind.RestoreFinished => result.RestoreId is not null && record.RollbackId == result.RestoreId,
        JournalKind.AttemptRefused => result.Status == RestoreStatus.Refused
            && record.Read(RollbackJson.Compact.AttemptRefusedData) is { } data
            && _context.Redactor.IsSame(data.Message, result.Message) && _context.Redactor.IsSame(data.Reason, result.Reason),
        _ => false,
    })?.Number;

    private Notification? Of(JournalRecord record, RollbackLedger rollbacks, RestoreLedger restores)
    {
        var id = $"J{record.Number}";
        switch (record.Kind)
        {
            case JournalKind.RollbackStarted or JournalKind.Resumed when Find(record, rollbacks) is { } begun:
                return _composer.Begun(id, begun, record.At, isResumed: record.Kind == JournalKind.Resumed);
            case JournalKind.RollbackFinished when Find(record, rollbacks) is { } ended
                && record.Read(RollbackJson.Compact.RollbackFinishedData) is { } data:
                // As this record has it: one that was resumed has several ends.
                return _composer.Of(id, ended with { Status = data.Status, Error = data.Error, Message = data.Message, NextStep = data.NextStep }, record.At);
            case JournalKind.AttemptRefused when record.Read(RollbackJson.Compact.AttemptRefusedData) is { Status: RollbackStatus.Refused }
                && rollbacks.Attempts.FirstOrDefault(attempt => attempt.FirstRecord == record.Number) is { } refused:
                return _composer.Of(id, ToResult(refused), record.At, refused.IsRestore);
            case JournalKind.RestoreStarted when restores.Find(record.RollbackId ?? string.Empty) is { } begun:
                return _composer.Begun(id, begun.ToResult(), record.At);
            case JournalKind.RestoreFinished when restores.Find(record.RollbackId ?? string.Empty) is { } ended:
                return _composer.Of(id, ended.ToResult(), record.At);
            case JournalKind.WatchNoted when record.Read(RollbackJson.Compact.WatchNotedData) is { DeploymentId: not null, Detail: not null } noted:
                return WatchNews.Of(_composer, _context.Settings, id, noted, record.At);
            case JournalKind.IncidentOpened when record.Read(RollbackJson.Compact.IncidentData) is { Reason: not null } opened:
                return WatchNews.Of(_composer, _context.Settings, id, opened, record.At);
            default:
                return null;
        }
    }

    private RollbackResult? Find(JournalRecord record, RollbackLedger ledger) =>
        record.RollbackId is { } id && ledger.Find(id) is { Plan: not null } attempt ? ToResult(attempt) : null;

    private RollbackResult ToResult(RollbackAttempt attempt) =>
        attempt.ToResult(_context.Settings.Project, _context.Settings.Environment, _context.Store.Location);
}
