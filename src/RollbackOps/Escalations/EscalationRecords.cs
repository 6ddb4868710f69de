using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Escalations;

/// <summary>The escalations in a context's journal.</summary>
internal sealed class EscalationRecords
{
    private readonly RollbackContext _context;
    private JournalHead? _head;
    private IReadOnlyList<EscalationState>? _read;

    public EscalationRecords(RollbackContext context) => _context = context;

    private EscalationSettings Settings => _context.Settings.Escalation;

    /// <summary>All of them, oldest first. The journal is read again only when something new is in it.</summary>
    public IReadOnlyList<EscalationState> Read()
    {
        var head = _context.Store.ReadHead();
        if (_read is null || head is null || head != _head)
        {
            // The head first: what is written between the two is read twice, and never missed.
            _read = EscalationState.Read(_context.Journal.Read(), Settings.Automatic);
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

    /// <summary>Appends a step; it is on disk when this returns.</summary>
    public void Append(EscalationStep step) =>
        _context.Journal.Append(JournalKind.EscalationStep, step.RollbackId, step, RollbackJson.Compact.EscalationStep);

    /// <summary>A step as people see it: with the number to dial.</summary>
    public EscalationStep Shown(EscalationStep step) => step.Kind == EscalationStepKind.Called
        ? step with { Phone = Settings.Contacts.FirstOrDefault(contact => contact.Name == step.Contact)?.Phone }
        : step;
}
