using System.Globalization;
using RollbackOps.Configuration;

namespace RollbackOps.Escalations;

/// <summary>
/// An escalation that this process runs. Each look does what is due, and gives what is new in the journal, whoever wrote it:
/// so that a call is on disk before it is made, and a second terminal counts as much as this one.
/// </summary>
internal sealed class EscalationSession
{
    private readonly RollbackContext _context;
    private readonly EscalationRecords _records;
    private readonly string _id;
    private readonly List<EscalationStep> _givenUnwritten = [];
    private long _seen;
    private long _seenUnwritten = EscalationRecords.FirstUnwritten;

    /// <param name="context">The project.</param>
    /// <param name="records">Its records.</param>
    /// <param name="id">The escalation's id; it has begun.</param>
    /// <param name="after">The last record that is no news.</param>
    public EscalationSession(RollbackContext context, EscalationRecords records, string id, long after)
    {
        (_context, _records) = (context, records);
        (_id, _seen) = (id, after);
        State = _records.Named(id);
        Chain = new EscalationChain(context.Settings.Escalation, State.Severity);
    }

    /// <summary>How far it is.</summary>
    public EscalationState State { get; private set; }

    /// <summary>Who is called when.</summary>
    public EscalationChain Chain { get; }

    /// <summary>What comes next, or null.</summary>
    public EscalationDue? Next { get; private set; }

    /// <summary>Reads how far it is.</summary>
    public void Refresh() => State = _records.Named(_id);

    /// <summary>Does what is due and gives what is new.</summary>
    public IReadOnlyList<EscalationStep> Look()
    {
        var now = _context.Clock.GetUtcNow();
        _records.TryWrite();
        Refresh();
        while ((Next = Chain.Next(State, now)) is { } due && due.At <= now)
        {
            Do(due);
            Refresh();
        }

        if (Next is { Act: EscalationAct.Call or EscalationAct.HandOver } held && IsHeld(held))
        {
            Append(new EscalationStep
            {
                Kind = EscalationStepKind.Held,
                DueAt = held.At,
                Detail = $"Quiet hours: nobody is called for {State.Severity} until {held.At.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}.",
            });
            Refresh();
        }

        var news = new List<EscalationStep>();
        foreach (var step in State.Steps)
        {
            if (TakeNews(step))
            {
                news.Add(_records.Shown(step));
            }
        }

        return news;
    }

    /// <summary>Ends: writes what was not written yet. What still cannot be, is lost with this process.</summary>
    /// <returns>Whether everything is written.</returns>
    public bool End() => _records.TryWrite(isLast: true);

    /// <summary>Whether a step was not given yet, and notes that it is now; one that was given unwritten is no news when it is written.</summary>
    private bool TakeNews(EscalationStep step)
    {
        if (step.Record > EscalationRecords.FirstUnwritten)
        {
            if (step.Record <= _seenUnwritten)
            {
                return false;
            }

            _seenUnwritten = step.Record;
            _givenUnwritten.Add(step);
            return true;
        }

        if (step.Record <= _seen)
        {
            return false;
        }

        _seen = step.Record;
        var given = _givenUnwritten.FindIndex(one => IsSame(one, step));
        if (given >= 0)
        {
            _givenUnwritten.RemoveAt(given);
        }

        return given < 0;
    }

    private static bool IsSame(EscalationStep one, EscalationStep other) =>
        (one.Kind, one.Call, one.Round, one.Contact, one.DueAt, one.By, string.Join(',', one.Channels))
        == (other.Kind, other.Call, other.Round, other.Contact, other.DueAt, other.By, string.Join(',', other.Channels));

    /// <summary>Appends a step of this escalation.</summary>
    public void Append(EscalationStep step) =>
        _records.Append(step with { IncidentId = State.Id, RollbackId = State.Started.RollbackId });

    private void Do(EscalationDue due)
    {
        switch (due.Act)
        {
            case EscalationAct.Resolve:
                var answer = State.ResolvedByAnswer!;
                Append(new EscalationStep { Kind = EscalationStepKind.Resolved, By = answer.By, Detail = "Test-RollbackSuccess: the incident is resolved." });
                break;
            case EscalationAct.Spare:
                Spare();
                break;
            case EscalationAct.Repeat:
                var idle = (due.At - State.LastProgressAt).TotalMinutes;
                Repeat(State.Steps.Max(step => step.Round) + 1, due.At,
                    string.Create(CultureInfo.InvariantCulture, $"Nothing new for {idle:0.##} min since {State.Acknowledged!.Contact ?? State.Acknowledged.By} acknowledged."));
                break;
            case EscalationAct.HandOver:
                var pager = _context.Settings.Escalation.HandOver!;
                Append(new EscalationStep
                {
                    Kind = EscalationStepKind.HandedOver,
                    DueAt = due.At,
                    Round = Math.Max(1, State.Anchor.Round),
                    Call = State.NextCall,
                    Channels = [pager],
                    Detail = $"PagerDuty's own policy calls, by way of {pager}.",
                });
                break;
            default:
                Call(due.Slot!);
                break;
        }
    }

    private void Spare()
    {
        var rollback = State.SparedBy!;
        var channels = State.Severity == Decisions.Severity.P1 && Chain.Levels.Count > 0
            ? Chain.Levels[0].Contacts.SelectMany(contact => contact.Channels).Distinct(StringComparer.OrdinalIgnoreCase).ToList()
            : [];
        Append(new EscalationStep
        {
            Kind = EscalationStepKind.Spared,
            Channels = channels,
            Detail = string.Create(CultureInfo.InvariantCulture,
                $"The automatic rollback {rollback.RollbackId} to {rollback.Plan!.Target.Id} was verified after {(rollback.FinishedAt!.Value - rollback.StartedAt).TotalSeconds:0.0} s: nobody is called."),
        });
    }

    private void Repeat(int round, DateTimeOffset at, string why) =>
        Append(new EscalationStep { Kind = EscalationStepKind.Repeated, Round = round, DueAt = at, Detail = why + " The chain begins again." });

    private void Call(ChainSlot slot)
    {
        if (slot.Round > Math.Max(1, State.Anchor.Round))
        {
            Repeat(slot.Round, slot.At, "Nobody acknowledged.");
        }

        var call = State.NextCall;
        foreach (var contact in Chain.Missing(State, slot))
        {
            Append(new EscalationStep
            {
                Kind = EscalationStepKind.Called,
                DueAt = slot.At,
                Level = Chain.Levels[slot.Level].Name,
                Round = slot.Round,
                Call = call++,
                Contact = contact.Name,
                Channels = contact.Channels,
                Detail = MeansOf(contact),
            });
        }
    }

    /// <summary>Whether quiet hours put off what comes next, and nobody has said so yet.</summary>
    private bool IsHeld(EscalationDue due) => Chain.IsQuiet(_context.Clock.GetUtcNow())
        && State.Last(EscalationStepKind.Held)?.DueAt != due.At;

    private static string MeansOf(ContactSettings contact) => contact switch
    {
        { Phone: not null, Channels.Count: 0 } => "By telephone: whoever is at the prompt dials.",
        { Phone: not null } => $"By {string.Join(", ", contact.Channels)}, and by telephone: whoever is at the prompt dials.",
        _ => $"By {string.Join(", ", contact.Channels)}.",
    };
}
