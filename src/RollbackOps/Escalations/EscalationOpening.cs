using System.Globalization;
using System.Text.RegularExpressions;
using RollbackOps.Decisions;
using RollbackOps.Notifications;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Escalations;

/// <summary>Begins an escalation, or takes up one that goes on; and shows what it would come to.</summary>
internal sealed partial class EscalationOpening
{
    private readonly RollbackContext _context;
    private readonly EscalationRecords _records;
    private readonly Action<string> _warn;

    /// <param name="context">The project.</param>
    /// <param name="warn">Told that the state cannot be written; people are called all the same.</param>
    public EscalationOpening(RollbackContext context, Action<string>? warn = null)
    {
        _context = context;
        _warn = warn ?? (_ => { });
        _records = new EscalationRecords(context) { Warn = _warn };
    }

    /// <summary>Who would be called when, for one round; nothing is written (S15).</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="channels">The configuration's channels.</param>
    /// <exception cref="RollbackOpsException">It would be refused.</exception>
    public EscalationPlan Plan(EscalationRequest request, IReadOnlyList<INotificationChannel> channels)
    {
        var known = Find(request);
        var state = known ?? EscalationState.Of(Begin(request));
        var chain = ChainFor(state);
        var now = _context.Clock.GetUtcNow();
        return new EscalationPlan
        {
            IncidentId = known?.Id ?? request.IncidentId ?? request.RollbackId,
            Project = _context.Settings.Project,
            Environment = _context.Settings.Environment,
            Severity = state.Severity,
            Reason = state.Reason,
            Steps = [.. StepsOf(state, chain, now).Select(_records.Shown)],
            Faults = [.. EscalationChain.Faults(_context.Settings, channels).Select(fault => fault.Message)],
        };
    }

    /// <summary>What would be begun or taken up, in words.</summary>
    /// <exception cref="RollbackOpsException">It would be refused.</exception>
    public string Describe(EscalationRequest request)
    {
        if (Find(request) is { } known)
        {
            return $"Go on with escalation {known.Id} ({known.Severity}: {known.Reason})";
        }

        var begun = Begin(request);
        return $"Call people for {begun.Severity}: {begun.Reason}";
    }

    /// <summary>Begins it, or takes it up; this process alone runs it as long as the lease is held.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.EscalationRunning"/>: another process does; or it is over, not to be found, or nobody could be called.
    /// </exception>
    public (EscalationSession Session, ILease? Lease) Open(EscalationRequest request)
    {
        var known = Find(request);
        var begun = known is null ? Begin(request) : null;
        var id = known?.Id ?? begun!.IncidentId;
        _ = ChainFor(known ?? EscalationState.Of(begun!));
        var lease = TakeLease(id);
        try
        {
            // Somebody may have begun the same one a moment ago.
            known = _records.Find(id);
            var last = known?.Steps[^1].Record ?? 0;
            _records.Append(known is null ? begun! : new EscalationStep
            {
                IncidentId = id,
                RollbackId = known.Started.RollbackId,
                Kind = EscalationStepKind.Continued,
                By = _context.Actor,
            });
            return (new EscalationSession(_context, _records, id, last), lease);
        }
        catch
        {
            lease?.Dispose();
            throw;
        }
    }

    private EscalationState? Find(EscalationRequest request)
    {
        var known = request.IsEmpty ? _records.FindOpen()
            : (request.IncidentId ?? request.RollbackId) is { } id ? _records.Find(id)
            : request.JoinsOpen ? _records.Read().LastOrDefault(state => !state.IsOver)
            : null;
        return known is { IsOver: true }
            ? throw new RollbackOpsException(ErrorId.EscalationEnded,
                $"The escalation {known.Id} is over ({known.Steps[^1].Kind}, {known.Steps[^1].At.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}); nobody is called for it any more.",
                "Begin another: Start-Escalation -Severity P1 -Reason '...'.", known.Id)
            : known;
    }

    /// <summary>The first step of a new one.</summary>
    private EscalationStep Begin(EscalationRequest request)
    {
        if (request.IncidentId is { } id && !IncidentName().IsMatch(id))
        {
            throw new RollbackOpsException(ErrorId.InvalidArgument,
                $"'{Inert.Line(id)}' is no incident's id: letters, digits, dots, dashes, colons and underscores, at most 100.",
                "Name it for example INC-4711, or leave -IncidentId out.", id);
        }

        var attempt = request.RollbackId is { } rollbackId
            ? _context.ReadLedger().Find(rollbackId) ?? throw new RollbackOpsException(ErrorId.RollbackNotFound,
                $"The log holds no rollback '{Inert.Line(rollbackId)}'.", "Look at Get-RollbackLog.", rollbackId)
            : null;
        if (string.IsNullOrWhiteSpace(request.Reason))
        {
            throw new RollbackOpsException(ErrorId.ReasonRequired,
                request.IncidentId is null ? "People are called at night; they have to be told why." : $"No escalation '{Inert.Line(request.IncidentId)}' has begun; to begin it, say why.",
                "Add -Reason, for example -Reason 'Checkout is down', and -Severity.");
        }

        if (request.Severity == Severity.Unknown)
        {
            throw new RollbackOpsException(ErrorId.InvalidArgument,
                "The verdict says nothing of how serious it is.", "Say it: -Severity P1.");
        }

        var now = _context.Clock.GetUtcNow();
        var always = request.Signals.Any(signal => signal is HardSignal.DataCorruption or HardSignal.SecurityBreach);
        var since = request.Since ?? attempt?.StartedAt ?? now;
        var isOver = request.IsAutomaticOver || attempt is { IsUnfinished: false, Status: not RollbackStatus.Succeeded };
        var chainAt = always || isOver ? now : Later(now, since + _context.Settings.Escalation.Automatic);
        return new EscalationStep
        {
            IncidentId = request.IncidentId ?? request.RollbackId ?? NewId(now),
            RollbackId = request.RollbackId,
            Kind = EscalationStepKind.Started,
            At = now,
            DueAt = chainAt,
            Severity = request.Severity ?? Severity.P1,
            Reason = _context.Redactor.Redact(Inert.Line(request.Reason)),
            By = _context.Actor,
            AlwaysCalls = always,
            Detail = chainAt > now
                ? string.Create(CultureInfo.InvariantCulture, $"An automatic rollback has until {chainAt.UtcDateTime:HH:mm:ss} UTC; then people are called.")
                : always ? "Nothing but people can help: they are called at once." : "People are called at once.",
        };
    }

    /// <exception cref="RollbackOpsException"><see cref="ErrorId.EscalationNotConfigured"/>.</exception>
    private EscalationChain ChainFor(EscalationState state)
    {
        var settings = _context.Settings;
        var chain = new EscalationChain(settings.Escalation, state.Severity);
        return chain.Levels.Count > 0 || settings.Escalation.HandOver is not null ? chain : throw new RollbackOpsException(
            ErrorId.EscalationNotConfigured,
            $"The configuration of {settings.Project}/{settings.Environment} names nobody who is called for {state.Severity}.",
            "Add them to rollback.json, for example \"escalation\": { \"contacts\": [{ \"name\": \"Ann\", \"level\": \"primary\", \"phone\": \"+49 30 1234567\", \"channels\": [\"pager\"] }] }.",
            settings.File);
    }

    private static IEnumerable<EscalationStep> StepsOf(EscalationState state, EscalationChain chain, DateTimeOffset now)
    {
        if (state.Started.Record == 0)
        {
            yield return state.Started;
        }

        var due = chain.Next(state, now);
        if (due is { Act: EscalationAct.Call, Slot: { } slot })
        {
            slot = slot.At < now ? slot with { At = now } : slot;
            for (var turn = 0; turn < chain.Levels.Count; turn++, slot = chain.Following(slot))
            {
                foreach (var contact in chain.Levels[slot.Level].Contacts)
                {
                    yield return Planned(state, EscalationStepKind.Called, slot.At) with
                    {
                        Level = chain.Levels[slot.Level].Name,
                        Round = slot.Round,
                        Contact = contact.Name,
                        Channels = contact.Channels,
                    };
                }
            }

            yield return Planned(state, EscalationStepKind.Repeated, slot.At) with { Round = slot.Round, Detail = "If nobody acknowledged, the chain begins again." };
        }
        else if (due is not null)
        {
            yield return Planned(state, due.Act switch
            {
                EscalationAct.HandOver => EscalationStepKind.HandedOver,
                EscalationAct.Repeat => EscalationStepKind.Repeated,
                EscalationAct.Spare => EscalationStepKind.Spared,
                _ => EscalationStepKind.Resolved,
            }, due.At < now ? now : due.At);
        }
    }

    private static EscalationStep Planned(EscalationState state, EscalationStepKind kind, DateTimeOffset at) => new()
    {
        IncidentId = state.Started.Record == 0 ? string.Empty : state.Id,
        RollbackId = state.Started.RollbackId,
        Kind = kind,
        At = at,
        DueAt = at,
    };

    /// <summary>The lease, or null where it cannot be written: twice called is better than not at all.</summary>
    private ILease? TakeLease(string id)
    {
        try
        {
            return _context.Store.AcquireLease(new LeaseRequest($"{_context.LeaseKey}/escalation/{id}", id, _context.Actor, "Escalate"));
        }
        catch (RollbackOpsException held) when (held.Id == ErrorId.LeaseHeld)
        {
            var holder = held.Subject as LeaseHolder;
            throw new RollbackOpsException(ErrorId.EscalationRunning,
                $"The escalation {id} is run by another process already: {holder?.ToString() ?? "its holder is not known"}.",
                $"Confirm-Escalation {id} acknowledges, records calls and resolves.", holder, held);
        }
        catch (RollbackOpsException unusable) when (unusable.Id == ErrorId.StateUnusable)
        {
            _warn($"{unusable.Message.TrimEnd('.')}. People are called all the same; that no other process calls them as well is not certain.");
            return null;
        }
    }

    private static string NewId(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"E{now.UtcDateTime:yyyyMMddTHHmmss}-{Random.Shared.Next(0x10000):x4}");

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$", RegexOptions.CultureInvariant)]
    private static partial Regex IncidentName();
}
