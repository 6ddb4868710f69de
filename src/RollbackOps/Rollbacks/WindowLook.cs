using RollbackOps.Databases;
using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Rollbacks;

/// <summary>One look at a rollback in a window: what is served, the traffic, the database, and what people said.</summary>
internal sealed class WindowLook
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_incident = TimeSpan.FromMinutes(10);
    private readonly RollbackContext _context;
    private readonly WindowRequest _request;
    private readonly RollbackAttempt _attempt;
    private readonly RollbackPlan _plan;
    private readonly DateTimeOffset _switchedAt;
    private readonly Action<RollbackProgress> _tell;

    public WindowLook(RollbackContext context, WindowRequest request, RollbackAttempt attempt, Action<RollbackProgress> tell)
    {
        _context = context;
        _request = request;
        _attempt = attempt;
        _plan = attempt.Plan!;
        _switchedAt = attempt.SwitchedAt!.Value;
        _tell = tell;
    }

    /// <summary>Looks.</summary>
    public async Task<VerificationResult> LookAsync(RollbackLedger ledger, CancellationToken cancellationToken)
    {
        var live = await LiveAsync(cancellationToken);
        var seen = await new ServedVerifier(_context, _plan.BuildFiles, _tell)
            .VerifyAsync(_plan.Id, live, cancellationToken, _request.Window);
        var database = _request.Database is null ? null : await _request.Database(cancellationToken);
        var (criteria, measured) = await CriteriaAsync(seen, ledger, database, cancellationToken);
        seen = seen with
        {
            Window = _request.Window,
            Status = Together(seen.Status, criteria),
            Criteria = criteria,
            Comparison = measured.Compare(),
        };
        return seen with { Checklist = VerificationChecklist.Of(seen, ledger, measured.Performance(After, _context.Clock.GetUtcNow()), database) };
    }

    /// <summary>The window's begin.</summary>
    private DateTimeOffset After => _switchedAt + WindowVerifier.BeginOf(_request.Window);

    private async Task<(IReadOnlyList<VerificationCheck> Criteria, WindowCriteria Measured)> CriteriaAsync(
        VerificationResult seen, RollbackLedger ledger, DatabaseCheckResult? database, CancellationToken cancellationToken)
    {
        // A criterion is of the window: what came after its end says nothing of it.
        var now = _context.Clock.GetUtcNow();
        var ends = _request.Window == VerificationWindow.LongTerm ? now : _switchedAt + WindowVerifier.EndOf(_request.Window);
        var goLive = _plan.From.LastServedAt;
        var (traffic, before) = await MeasureAsync(goLive, cancellationToken);
        var former = goLive is { } since && before is not null ? before.Count(since - s_hour, since) : (TrafficCount?)null;
        var incident = goLive is { } live && live > _switchedAt - s_incident ? live : _switchedAt - s_incident;
        var measured = new WindowCriteria(_context.Settings.Policy, _switchedAt, incident, now < ends ? now : ends, traffic, former);
        IReadOnlyList<VerificationCheck> criteria = _request.Window switch
        {
            VerificationWindow.Immediate =>
            [
                Served("Deployment rolled back", seen),
                Answering(seen),
                Health("Health check passing", seen),
                measured.Returning(),
                VerificationChecklist.TeamNotified(_plan.Id, ledger),
            ],
            VerificationWindow.ShortTerm =>
            [
                measured.StableRate("Error rate stable < 0.1%", After, ends),
                measured.Performance(After, ends),
                VerificationChecklist.Database(database),
                measured.Sessions(After, ends),
                measured.NoNewErrors(),
            ],
            _ =>
            [
                Said("User feedback positive", HumanItem.UserFeedback, ledger),
                measured.StableRate("No regression detected", After, ends),
                Health("System stable", seen),
                measured.Green(),
                Said("Incident resolved", HumanItem.IncidentResolved, ledger),
            ],
        };
        return (criteria, measured);
    }

    /// <summary>The traffic around the switch, and what tells of the target's own former one.</summary>
    private async Task<(WindowTraffic? Traffic, WindowTraffic? Before)> MeasureAsync(DateTimeOffset? goLive, CancellationToken cancellationToken)
    {
        if (_request.Measurements.Count > 0)
        {
            var given = WindowTraffic.Of(_request.Measurements);
            return (given, given);
        }

        if (_context.Metrics is null)
        {
            return (null, null);
        }

        var source = new MetricsSource(_context);
        var now = _context.Clock.GetUtcNow() - _context.Settings.Policy.Lag;
        var traffic = await TryAsync(source, _switchedAt - s_hour, now, goLive, cancellationToken);
        return (traffic, goLive is { } since && since - s_hour < _switchedAt - s_hour
            ? await TryAsync(source, since - s_hour, since, since, cancellationToken)
            : traffic);
    }

    /// <summary>What cannot be read is no health: the criteria that need it are Unverified (S32).</summary>
    private async Task<WindowTraffic?> TryAsync(
        MetricsSource source, DateTimeOffset from, DateTimeOffset to, DateTimeOffset? goLive, CancellationToken cancellationToken)
    {
        try
        {
            return from < to ? WindowTraffic.Of(await source.MeasureAsync(from, to, goLive, cancellationToken)) : null;
        }
        catch (RollbackOpsException unreadable)
        {
            _tell(new RollbackProgress(ProgressKind.Warning, $"{source.Name} cannot be read: {unreadable.Message}", 0, 0, TimeSpan.Zero));
            return null;
        }
    }

    private async Task<Deployment> LiveAsync(CancellationToken cancellationToken) =>
        _attempt.LiveId == _plan.Target.Id
            ? _plan.Target
            : await _context.Platform.FindAsync(_attempt.LiveId!, cancellationToken) ?? _plan.Target;

    private static VerificationCheck Served(string name, VerificationResult seen) => new()
    {
        Name = name,
        Expected = $"{seen.DeploymentId} is served at every address",
        Status = seen.Identity switch
        {
            ServedIdentity.Proven => VerificationStatus.Passed,
            ServedIdentity.Unproven => VerificationStatus.Unverified,
            _ => VerificationStatus.Failed,
        },
        Detail = $"served version {seen.Identity}",
        Source = "the production addresses",
        At = seen.At,
    };

    private static VerificationCheck Answering(VerificationResult seen)
    {
        var reads = seen.Checks.Where(check => check.Name.StartsWith(VerificationChecklist.HealthPrefix, StringComparison.Ordinal)).ToList();
        var silent = reads.Count(check => check.Detail.StartsWith("no answer", StringComparison.Ordinal));
        return new VerificationCheck
        {
            Name = "API responding to requests",
            Expected = "an answer to every check",
            Status = reads.Count == 0 ? VerificationStatus.Unverified : silent == 0 ? VerificationStatus.Passed : VerificationStatus.Failed,
            Detail = reads.Count == 0 ? "no address is configured" : $"{reads.Count - silent} of {reads.Count} checks were answered",
            Source = "the production addresses",
            At = seen.At,
        };
    }

    private static VerificationCheck Health(string name, VerificationResult seen) =>
        VerificationChecklist.Health(seen) with { Name = name, Expected = "every check passes, read after read" };

    private VerificationCheck Said(string name, HumanItem item, RollbackLedger ledger) =>
        VerificationChecklist.Said(name, item, ledger.AnswerOf(_plan.Id, item));

    /// <summary>The worst of it: what failed, what nobody knows, what is still to be said, then how well it holds.</summary>
    private static VerificationStatus Together(VerificationStatus served, IReadOnlyList<VerificationCheck> criteria)
    {
        var all = criteria.Select(one => one.Status).Append(served).ToHashSet();
        return new[] { VerificationStatus.Failed, VerificationStatus.Unverified, VerificationStatus.Pending, VerificationStatus.PassedAsBefore }
            .Where(all.Contains).Append(VerificationStatus.Passed).First();
    }
}
