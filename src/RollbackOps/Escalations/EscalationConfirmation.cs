using RollbackOps.Configuration;

namespace RollbackOps.Escalations;

/// <summary>What people say of an escalation, from whichever terminal; the process that runs it reads it in the journal.</summary>
internal sealed class EscalationConfirmation
{
    private readonly RollbackContext _context;
    private readonly EscalationRecords _records;

    public EscalationConfirmation(RollbackContext context)
    {
        _context = context;
        _records = new EscalationRecords(context);
    }

    /// <summary>The escalation that is meant: the named one, or the only one that is open.</summary>
    /// <param name="id">Its id, or null.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.EscalationNotFound"/> or <see cref="ErrorId.EscalationEnded"/>.</exception>
    public EscalationState Find(string? id)
    {
        var state = id is null ? _records.FindOpen() : _records.Named(id);
        return state.IsOver
            ? throw new RollbackOpsException(ErrorId.EscalationEnded,
                $"The escalation {state.Id} is over already ({state.Steps[^1].Kind}). Nothing was recorded.", "Look at Get-RollbackLog.", state.Id)
            : state;
    }

    /// <summary>Records it; it is on disk when this returns.</summary>
    /// <param name="state">The escalation.</param>
    /// <param name="kind">What is said.</param>
    /// <param name="contact">Of whom, or null for whoever acts; for a telephone call, for the last one that was shown.</param>
    /// <param name="note">In one's own words, or null.</param>
    /// <returns>The step as it is recorded.</returns>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.InvalidArgument"/>: nobody of that name, or nobody is called.</exception>
    public EscalationStep Confirm(EscalationState state, EscalationStepKind kind, string? contact, string? note)
    {
        var isCall = kind is EscalationStepKind.Answered or EscalationStepKind.NoAnswer;
        var who = contact is null ? null : Named(contact);
        var call = isCall ? CallOf(state, who) : null;
        _records.Append(new EscalationStep
        {
            IncidentId = state.Id,
            RollbackId = state.Started.RollbackId,
            Kind = kind,
            Contact = who?.Name ?? call?.Contact,
            Level = call?.Level,
            Round = call?.Round ?? 0,
            Call = call?.Call,
            By = _context.Actor,
            Detail = string.IsNullOrWhiteSpace(note) ? null : _context.Redactor.Redact(Inert.Line(note)),
        });
        return _records.Named(state.Id).Last(kind)!;
    }

    private ContactSettings Named(string contact)
    {
        var contacts = _context.Settings.Escalation.Contacts;
        if (contacts.FirstOrDefault(one => string.Equals(one.Name, contact, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return known;
        }

        var nearest = NearestName.Find(contact, contacts.Select(one => one.Name));
        throw new RollbackOpsException(ErrorId.InvalidArgument,
            $"No contact is named '{Inert.Line(contact)}'{(nearest is null ? "" : $"; did you mean '{nearest}'?")}. Nothing was recorded.",
            $"Choose among: {string.Join(", ", contacts.Select(one => one.Name))}.", contact);
    }

    private EscalationStep CallOf(EscalationState state, ContactSettings? who) =>
        state.OpenCalls.LastOrDefault(call => who is null
            ? _context.Settings.Escalation.Contacts.Any(one => one.Name == call.Contact && one.Phone is not null)
            : call.Contact == who.Name)
        ?? throw new RollbackOpsException(ErrorId.InvalidArgument,
            $"In the escalation {state.Id} {(who is null ? "nobody is being called by telephone" : $"{who.Name} is not being called")}. Nothing was recorded.",
            $"To acknowledge it without a call: Confirm-Escalation {state.Id}.", state.Id);
}
