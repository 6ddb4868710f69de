using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Escalations;

/// <summary>
/// The escalations in a context's journal, and the steps of this process for which the journal has no room: people are called
/// on a full disk as well, and what was done is written as soon as it can be.
/// </summary>
internal sealed class EscalationRecords
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(10);

    private readonly RollbackContext _context;
    private readonly List<EscalationStep> _unwritten = [];
    private long _lastUnwritten = FirstUnwritten;
    private DateTimeOffset _retryAt;
    private JournalHead? _head;
    private IReadOnlyList<EscalationState>? _read;

    public EscalationRecords(RollbackContext context) => _context = context;

    /// <summary>The number of the first step that is in no record: above every record's.</summary>
    public static long FirstUnwritten => long.MaxValue / 2;

    /// <summary>Told that the journal cannot be written, and what that means.</summary>
    public Action<string> Warn { get; set; } = _ => { };

    /// <summary>Whether steps are not written yet.</summary>
    public bool HasUnwritten => _unwritten.Count > 0;

    private EscalationSettings Settings => _context.Settings.Escalation;

    /// <summary>All of them, oldest first. The journal is read again only when something new is in it.</summary>
    public IReadOnlyList<EscalationState> Read()
    {
        var head = _context.Store.ReadHead();
        if (_read is null || head is null || head != _head)
        {
            // The head first: what is written between the two is read twice, and never missed.
            _read = EscalationState.Read(_context.Journal.Read(), Settings.Automatic, _unwritten);
            _head = head;
        }

        return _read;
    }

    /// <summary>One of them, or null.</summary>
    public EscalationState? Find(string id) => Read().FirstOrDefault(state => string.Equals(state.Id, id, StringComparison.Ordinal));

    /// <summary>The open one that is meant where none is named.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.EscalationNotFound"/>: there is none, or more than one.</exception>
    public EscalationState FindOpen()
    {
        var open = Read().Where(state => !state.IsOver).ToList();
        return open.Count switch
        {
            1 => open[0],
            0 => throw new RollbackOpsException(ErrorId.EscalationNotFound,
                $"No escalation of {_context.Settings.Project}/{_context.Settings.Environment} is open.",
                "Begin one: Start-Escalation -Severity P1 -Reason '...'."),
            _ => throw new RollbackOpsException(ErrorId.EscalationNotFound,
                $"Several escalations are open: {string.Join(", ", open.Select(state => state.Id))}.",
                $"Name one of them, for example -IncidentId {open[^1].Id}."),
        };
    }

    /// <summary>The one that is named.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.EscalationNotFound"/>.</exception>
    public EscalationState Named(string id) => Find(id) ?? throw new RollbackOpsException(ErrorId.EscalationNotFound,
        $"The journal holds no escalation '{Inert.Line(id)}'{(Read() is { Count: > 0 } known ? $"; the last one is {known[^1].Id}" : "")}.",
        "Look at Get-RollbackLog, or begin one: Start-Escalation -Severity P1 -Reason '...'.", id);

    /// <summary>
    /// Appends a step; it is on disk when this returns, or, while the journal cannot be written, kept until it can be.
    /// </summary>
    public void Append(EscalationStep step)
    {
        if (TryWrite() && TryAppend(step))
        {
            return;
        }

        _unwritten.Add(step with { At = _context.Clock.GetUtcNow(), Record = ++_lastUnwritten });
        _read = null;
    }

    /// <summary>Writes what is kept, where it is time to try.</summary>
    /// <param name="isLast">Whether this process tries no more.</param>
    /// <returns>Whether nothing is kept any more.</returns>
    public bool TryWrite(bool isLast = false)
    {
        if (HasUnwritten && !isLast && _context.Clock.GetUtcNow() < _retryAt)
        {
            return false;
        }

        while (HasUnwritten)
        {
            if (!TryAppend(_unwritten[0]))
            {
                return false;
            }

            _unwritten.RemoveAt(0);
            _read = null;
        }

        return true;
    }

    private bool TryAppend(EscalationStep step)
    {
        try
        {
            _context.Journal.Append(JournalKind.EscalationStep, step.RollbackId, step, RollbackJson.Compact.EscalationStep);
            return true;
        }
        catch (RollbackOpsException full) when (full.Id == ErrorId.JournalUnwritable)
        {
            if (!HasUnwritten)
            {
                Warn($"{full.Message} People are called all the same; only this process knows of it, and Confirm-Escalation elsewhere cannot be heard until the journal can be written.");
            }

            _retryAt = _context.Clock.GetUtcNow() + s_retry;
            return false;
        }
    }

    /// <summary>A step as people see it: with the number to dial.</summary>
    public EscalationStep Shown(EscalationStep step) => step.Kind == EscalationStepKind.Called
        ? step with { Phone = Settings.Contacts.FirstOrDefault(contact => contact.Name == step.Contact)?.Phone }
        : step;
}
