using System.Globalization;
using System.Security.Cryptography;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Rollbacks;

/// <summary>Observes the world and makes a plan of it. Reads everything, writes nothing, takes no lease (S15).</summary>
internal sealed class RollbackPlanner
{
    private const int TargetTries = 3;
    private static readonly TimeSpan s_betweenTries = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_localEffect = TimeSpan.FromSeconds(10);

    private readonly RollbackContext _context;
    private readonly Action<RollbackProgress> _tell;
    private readonly long _begun;

    public RollbackPlanner(RollbackContext context, Action<RollbackProgress> tell)
    {
        _context = context;
        _tell = tell;
        _begun = context.Clock.GetTimestamp();
    }

    /// <summary>Plans a rollback.</summary>
    /// <exception cref="RollbackOpsException">A rule forbids it; the id says which.</exception>
    public async Task<RollbackPlan> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var ledger = _context.ReadLedger();
        Tell("Reading what is live and what was.");
        var history = await _context.OpenHistoryAsync(ledger, cancellationToken);
        var current = history.RequireCurrent();
        RefuseUnfinished(ledger);
        Deployment target;
        if (request.TargetId is null)
        {
            await RefuseRecentAsync(ledger, request, cancellationToken);
            target = await ChooseAsync(history, current, cancellationToken);
        }
        else
        {
            target = await FindAsync(history, current, request.TargetId, cancellationToken);
        }

        if (target.Id == current.Id)
        {
            return Seal(Draft(request, ledger, current, target, SchemaGates.Unneeded, Probes.Unneeded, [], []));
        }

        Tell($"Target is {target.Id}.");
        var differing = CompareAsync(current, target, cancellationToken);
        var inFlight = await _context.Platform.ReadInFlightAsync(cancellationToken);
        var probe = await ProbeTargetAsync(target, cancellationToken);
        var comparison = await differing;
        var overrides = new List<PlanOverride>();
        Gate(request.OverrideVerdict, nameof(request.OverrideVerdict), overrides, request);
        GateInFlight(request, inFlight, overrides);
        GateProbe(request, target, probe, overrides);
        var schema = GateSchema(request, comparison, overrides);
        var draft = Draft(request, ledger, current, target, schema, probe, inFlight, overrides);
        return Seal(draft with { Difference = Difference(current, target, comparison) });
    }

    /// <summary>Plans the way forward again from a rollback that stands.</summary>
    /// <exception cref="RollbackOpsException">A rule forbids it; the id says which.</exception>
    public async Task<RollbackPlan> PlanUndoAsync(
        string? rollbackId, string reason, CancellationToken cancellationToken)
    {
        var ledger = _context.ReadLedger();
        RefuseUnfinished(ledger);
        var attempt = rollbackId is null ? ledger.LastStanding : ledger.Find(rollbackId);
        if (attempt?.Plan is not { Kind: PlanKind.Rollback } undone || attempt.SwitchedAt is null
            || attempt.UndoneBy is not null)
        {
            throw new RollbackOpsException(ErrorId.NothingToUndo,
                rollbackId is null
                    ? "No rollback stands that could be undone."
                    : $"The rollback '{rollbackId}' is not one that stands: it is unknown, changed nothing or was undone.",
                "Look at Get-RollbackLog.", rollbackId);
        }

        var history = await _context.OpenHistoryAsync(ledger, cancellationToken);
        var current = history.RequireCurrent();
        if (current.Id != undone.Target.Id)
        {
            throw WorldChanged(undone.Target.Id, current.Id);
        }

        var forward = await history.FindAsync(undone.From.Id, cancellationToken)
            ?? throw new RollbackOpsException(ErrorId.DeploymentNotFound,
                $"The deployment '{undone.From.Id}' that the rollback left is no longer there.",
                "Deploy it anew, or name another deployment with Invoke-Rollback -Target.", undone.From.Id);
        var inFlight = await _context.Platform.ReadInFlightAsync(cancellationToken);
        var request = new PlanRequest { Reason = reason, TargetId = forward.Id, AllowInFlight = true };
        var draft = Draft(request, ledger, current, forward, SchemaGates.Unneeded, Probes.Unneeded, inFlight, []);
        return Seal(draft with
        {
            Kind = PlanKind.Undo,
            UndoOf = attempt.RollbackId,
            TargetChoice = $"What rollback {attempt.Number} left",
            Steps = Steps(PlanKind.Undo, current, forward, freeze: false),
        });
    }

    internal static RollbackOpsException WorldChanged(string expected, string found) => new(ErrorId.WorldChanged,
        $"What is live is '{found}', and not '{expected}' as the plan saw it. Somebody changed it in between; nothing was overwritten.",
        "Look at Get-DeploymentHistory and Get-RollbackLog, then plan again.", found);

    private void RefuseUnfinished(RollbackLedger ledger)
    {
        if (ledger.Unfinished is not { } unfinished)
        {
            return;
        }

        if (_context.Store.ReadHolder(_context.LeaseKey) is { } holder)
        {
            throw new RollbackOpsException(ErrorId.LeaseHeld,
                $"Rollback {unfinished.Number} is under way: {holder}.",
                "Wait for it, or look at Get-RollbackLog.", holder);
        }

        throw new RollbackOpsException(ErrorId.RollbackUnfinished,
            $"Rollback {unfinished.Number} ({unfinished.Plan!.From.Id} -> {unfinished.Plan.Target.Id}, {unfinished.StartedAt:u}) was cut off and is not finished.",
            "Run Resume-Rollback first; it finishes it or stops it cleanly.", unfinished.RollbackId);
    }

    private async Task RefuseRecentAsync(
        RollbackLedger ledger, PlanRequest request, CancellationToken cancellationToken)
    {
        if (request.Further || ledger.LastStanding is not { Plan: { } plan } last)
        {
            return;
        }

        var pin = await _context.Platform.ReadPinAsync(cancellationToken);
        var isPinned = pin?.RollbackId is { } id && id == last.RollbackId;
        // A clock that jumped back makes the rollback lie in the future: still recent.
        var age = _context.Clock.GetUtcNow() - last.SwitchedAt!.Value;
        if (isPinned || age < _context.Settings.Policy.RecentRollbackWindow)
        {
            throw new RollbackOpsException(ErrorId.RecentlyRolledBack,
                $"{last.Owner} rolled back from {plan.From.Id} to {plan.Target.Id} at {last.SwitchedAt:u}: {last.Status}"
                + (isPinned ? ", and promotion is still pinned." : "."),
                "If that was not enough, use -Further to go further back, or name the target with -Target.",
                last.RollbackId);
        }
    }

    private static async Task<Deployment> ChooseAsync(
        DeploymentHistory history, Deployment current, CancellationToken cancellationToken) =>
        await history.ChooseTargetAsync(cancellationToken)
        ?? throw new RollbackOpsException(ErrorId.NoEligibleTarget,
            $"No deployment older than '{current.Id}' has served, is ready and is not known bad.",
            "Look at Get-DeploymentHistory -All; unblock one with Unblock-Deployment or name one with -Target.",
            current.Id);

    private static async Task<Deployment> FindAsync(
        DeploymentHistory history, Deployment current, string id, CancellationToken cancellationToken)
    {
        var target = await history.FindAsync(id, cancellationToken)
            ?? throw new RollbackOpsException(ErrorId.DeploymentNotFound,
                $"There is no deployment '{Inert.Line(id)}' in {current.Project}/{current.Environment}.",
                "Look at Get-DeploymentHistory; ids are exact.", id);
        return target.State == DeploymentState.Ready || target.Id == current.Id
            ? target
            : throw new RollbackOpsException(ErrorId.TargetNotEligible,
                $"The deployment '{target.Id}' is {target.State} and cannot serve{(target.Error is null ? "" : $": {target.Error}")}.",
                "Choose one that is Ready: Get-DeploymentHistory -State Ready.", target);
    }

    private async Task<(CommitComparison? Comparison, string? Unavailable)> CompareAsync(
        Deployment current, Deployment target, CancellationToken cancellationToken)
    {
        if (_context.Repository is null)
        {
            return (null, "no repository is configured");
        }

        if (current.Commit is null || target.Commit is null)
        {
            return (null, "a deployment does not state its commit");
        }

        try
        {
            return (await _context.Repository.CompareAsync(current.Commit, target.Commit, cancellationToken), null);
        }
        catch (RollbackOpsException failure) when (failure.Id == ErrorId.RepositoryUnreadable)
        {
            return (null, failure.Message);
        }
    }

    private async Task<TargetProbe> ProbeTargetAsync(Deployment target, CancellationToken cancellationToken)
    {
        if (_context.Settings.Health.Checks.Count == 0)
        {
            return Probes.NotProbed("no health check is configured");
        }

        var failure = string.Empty;
        for (var attempt = 1; attempt <= TargetTries; attempt++)
        {
            if (attempt > 1)
            {
                await Task.Delay(s_betweenTries, _context.Clock, cancellationToken);
            }

            try
            {
                await using var opened = await _context.Platform.OpenOwnAddressAsync(target, cancellationToken);
                if (opened is null)
                {
                    return Probes.NotProbed("the platform gives it no address of its own; configure platform.probe");
                }

                Tell($"Probing {target.Id} at its own address {opened.Address}, try {attempt}.");
                var results = await _context.Probe.ProbeAsync(opened.Address, target, attempt, cancellationToken);
                if (results.Any(result => result.Status == CheckStatus.NotProbed))
                {
                    return Probes.NotProbed(results.First(result => result.Status == CheckStatus.NotProbed).ToString());
                }

                if (results.All(result => result.Status == CheckStatus.Passed && result.IsExpectedVersion != false))
                {
                    return new TargetProbe
                    {
                        Status = CheckStatus.Passed,
                        Detail = $"{results.Count} checks passed at {opened.Address}",
                        Tries = attempt,
                    };
                }

                failure = string.Join("; ", results
                    .Where(result => result.Status == CheckStatus.Failed || result.IsExpectedVersion == false)
                    .Select(result => result.IsExpectedVersion == false
                        ? $"{result.Name}: states version {result.ServedVersion}" : result.ToString()));
            }
            catch (RollbackOpsException unstarted) when (unstarted.Id is ErrorId.ActivationFailed)
            {
                failure = unstarted.Message;
            }
        }

        return new TargetProbe { Status = CheckStatus.Failed, Detail = failure, Tries = TargetTries };
    }

    private void GateInFlight(PlanRequest request, IReadOnlyList<Deployment> inFlight, List<PlanOverride> overrides)
    {
        if (inFlight.Count == 0 || _context.Settings.Policy.InFlight == InFlightPolicy.Freeze)
        {
            return;
        }

        if (!request.AllowInFlight)
        {
            throw new RollbackOpsException(ErrorId.DeploymentInFlight,
                $"A deployment is in flight: {string.Join(", ", inFlight.Select(one => $"{one.Id} ({one.State})"))}.",
                "Stop it, set policy.inFlight to freeze, or go on with -AllowInFlight -Reason.", inFlight[0]);
        }

        Gate(true, nameof(request.AllowInFlight), overrides, request);
    }

    private static void GateProbe(
        PlanRequest request, Deployment target, TargetProbe probe, List<PlanOverride> overrides)
    {
        if (probe.Status != CheckStatus.Failed)
        {
            return;
        }

        if (!request.AllowUnhealthyTarget)
        {
            throw new RollbackOpsException(ErrorId.TargetUnhealthy,
                $"The target '{target.Id}' failed its own probe in {probe.Tries} of {probe.Tries} tries: {probe.Detail}. A rollback would not help.",
                "Name another target with -Target, or go on with -AllowUnhealthyTarget -Reason.", target);
        }

        Gate(true, nameof(request.AllowUnhealthyTarget), overrides, request);
    }

    private static SchemaGate GateSchema(
        PlanRequest request, (CommitComparison? Comparison, string? Unavailable) compared, List<PlanOverride> overrides)
    {
        if (compared.Comparison is not { } comparison)
        {
            return SchemaGates.NotApplicable($"no database is configured ({compared.Unavailable})");
        }

        if (comparison.Migrations.Count == 0)
        {
            return new SchemaGate { Status = SchemaGateStatus.Passed, Detail = "no migration file differs" };
        }

        var differ = $"{comparison.Migrations.Count} migration files differ: {string.Join(", ", comparison.Migrations.Take(5))}";
        if (!request.AllowSchemaMismatch)
        {
            throw new RollbackOpsException(ErrorId.TargetNotEligible,
                $"{differ}; nothing says that the target works with the database as it is.",
                "Check it, then go on with -AllowSchemaMismatch -Reason.", comparison.Migrations[0]);
        }

        Gate(true, nameof(request.AllowSchemaMismatch), overrides, request);
        return new SchemaGate { Status = SchemaGateStatus.Overridden, Detail = differ };
    }

    private static void Gate(bool isOverridden, string name, List<PlanOverride> overrides, PlanRequest request)
    {
        if (isOverridden)
        {
            overrides.Add(new PlanOverride { Name = name, Reason = request.Reason });
        }
    }

    private static PlanDifference Difference(
        Deployment current, Deployment target, (CommitComparison? Comparison, string? Unavailable) compared) => new()
        {
            Commits = compared.Comparison?.Commits.Select(commit => $"{commit.Hash[..Math.Min(12, commit.Hash.Length)]} {commit.Subject}").ToList(),
            Migrations = compared.Comparison?.Migrations,
            Unavailable = compared.Unavailable,
            Age = current.CreatedAt - target.CreatedAt,
            TargetLastServedAt = target.LastServedAt,
            NotTakenBack = s_notTakenBack,
        };

    private static readonly string[] s_notTakenBack =
    [
        "data and database schema",
        "feature flags",
        "queued messages and scheduled jobs",
        "environment variables and secrets outside the release",
    ];

    private RollbackPlan Draft(
        PlanRequest request,
        RollbackLedger ledger,
        Deployment current,
        Deployment target,
        SchemaGate schema,
        TargetProbe probe,
        IReadOnlyList<Deployment> inFlight,
        IReadOnlyList<PlanOverride> overrides)
    {
        var now = _context.Clock.GetUtcNow();
        var freeze = inFlight.Count > 0 && _context.Settings.Policy.InFlight == InFlightPolicy.Freeze;
        return new RollbackPlan
        {
            Id = string.Create(CultureInfo.InvariantCulture,
                $"rb-{now:yyyyMMddTHHmmss}Z-{RandomNumberGenerator.GetHexString(6, lowercase: true)}"),
            Project = _context.Settings.Project,
            Environment = _context.Settings.Environment,
            Platform = _context.Platform.Name,
            Strategy = _context.Platform.Strategy,
            CreatedAt = now,
            ExpiresAt = now + _context.Settings.Policy.PlanLifetime,
            By = _context.Actor,
            From = current,
            Target = target,
            TargetChoice = request.TargetId is null ? $"Previous (S1), health {target.Health}" : "Named",
            Reason = Inert.Text(request.Reason),
            Verdict = request.Verdict,
            Steps = current.Id == target.Id
                ? [Step(1, StepKind.Verify, $"Verify that {target.Id} is served", command: [], VerifyDeadline)]
                : Steps(PlanKind.Rollback, current, target, freeze),
            Difference = Difference(current, target, (null, "not compared")),
            SchemaGate = schema,
            TargetProbe = probe,
            Warnings = [.. Warnings(target, probe, inFlight)],
            Overrides = overrides,
            JournalNumber = ledger.Reading.LastNumber,
        };
    }

    private List<PlannedStep> Steps(PlanKind kind, Deployment from, Deployment target, bool freeze)
    {
        var steps = new List<PlannedStep>();
        void Add(StepKind step, string description, TimeSpan deadline, IReadOnlyList<string>? command = null) =>
            steps.Add(Step(steps.Count + 1, step, description, command ?? [], deadline));

        var pin = kind == PlanKind.Rollback && _context.Platform.CanPin;
        if (pin && freeze)
        {
            Add(StepKind.Pin, $"Pin promotion to {target.Id}", s_localEffect);
        }

        foreach (var effect in _context.Platform.DescribeActivation(from, target))
        {
            var deadline = effect.Kind == StepKind.Activate
                ? _context.Settings.Platform.Activate?.Timeout ?? s_localEffect
                : s_localEffect;
            Add(effect.Kind, effect.Description, deadline, effect.Command);
            if (effect.Kind == StepKind.Switch && pin && !freeze)
            {
                // Before the restart: from here on nobody's deploy script may flip the link back.
                Add(StepKind.Pin, $"Pin promotion to {target.Id}", s_localEffect);
            }
        }

        Add(StepKind.AwaitServed, $"Wait until {target.Id} is what is served",
            _context.Settings.Platform.ServedTimeout + s_localEffect);
        if (kind == PlanKind.Rollback)
        {
            Add(StepKind.Mark, $"Mark {from.Id} known bad", s_localEffect);
        }
        else
        {
            if (_context.Platform.CanPin)
            {
                Add(StepKind.Unpin, "Lift the pin that the rollback set", s_localEffect);
            }

            Add(StepKind.Unmark, $"Lift the mark that the rollback set on {target.Id}", s_localEffect);
        }

        Add(StepKind.Verify, $"Verify from outside that {target.Id} is served and healthy", VerifyDeadline);
        return steps;
    }

    private TimeSpan VerifyDeadline => (_context.Settings.Policy.ConfirmingTime * 2) + s_localEffect;

    private static PlannedStep Step(
        int number, StepKind kind, string description, IReadOnlyList<string> command, TimeSpan deadline) => new()
        {
            Number = number,
            Kind = kind,
            Description = description,
            Command = command.Count == 0 ? null : command,
            Deadline = deadline,
        };

    private IEnumerable<PlanWarning> Warnings(
        Deployment target, TargetProbe probe, IReadOnlyList<Deployment> inFlight)
    {
        if (_context.Store.IsLocal)
        {
            yield return Warning("LocalLease", "The lease protects this machine only; somebody elsewhere is not kept out.");
        }

        if (!_context.Platform.CanPin)
        {
            yield return Warning("PinUnsupported", "Promotion cannot be pinned here; the next deployment goes live.");
        }

        if (probe.Status == CheckStatus.NotProbed)
        {
            yield return Warning("TargetNotProbed", $"The target was not probed: {probe.Detail}.");
        }

        if (target.Health == DeploymentHealth.Unknown)
        {
            yield return Warning("HealthUnknown", $"Nothing is known of the health of {target.Id} while it served.");
        }

        if (target.IsKnownBad)
        {
            yield return Warning("KnownBad", $"{target.Id} is known bad: {target.Mark!.Reason}");
        }

        if (_context.Probe.Addresses.Count == 0)
        {
            yield return Warning("NoAddress", "No address is configured; what is served cannot be verified from outside.");
        }

        foreach (var deployment in inFlight)
        {
            yield return Warning("DeploymentInFlight", $"{deployment.Id} is {deployment.State}.");
        }
    }

    private static PlanWarning Warning(string id, string message) => new() { Id = id, Message = message };

    private static RollbackPlan Seal(RollbackPlan plan) => plan with { Hash = plan.ComputeHash() };

    private void Tell(string text) =>
        _tell(new RollbackProgress(ProgressKind.Detail, text, 0, 0, _context.Clock.GetElapsedTime(_begun)));

    private static class Probes
    {
        public static TargetProbe Unneeded => NotProbed("the target needs no probe");

        public static TargetProbe NotProbed(string why) => new() { Status = CheckStatus.NotProbed, Detail = why };
    }

    private static class SchemaGates
    {
        public static SchemaGate Unneeded => NotApplicable("nothing is taken back");

        public static SchemaGate NotApplicable(string why) => new() { Status = SchemaGateStatus.NotApplicable, Detail = why };
    }
}
