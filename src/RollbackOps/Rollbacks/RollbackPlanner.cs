using System.Globalization;
using System.Security.Cryptography;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Redaction;

namespace RollbackOps.Rollbacks;

/// <summary>Observes the world and makes a plan of it. Reads everything, writes nothing, takes no lease (S15).</summary>
internal sealed class RollbackPlanner
{
    private readonly RollbackContext _context;
    private readonly Action<RollbackProgress> _tell;
    private readonly PlanSteps _steps;
    private readonly long _begun;

    public RollbackPlanner(RollbackContext context, Action<RollbackProgress> tell)
    {
        _context = context;
        _tell = tell;
        _steps = new PlanSteps(context);
        _begun = context.Clock.GetTimestamp();
    }

    /// <summary>Plans a rollback.</summary>
    /// <exception cref="RollbackOpsException">A rule forbids it; the id says which.</exception>
    public async Task<RollbackPlan> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var ledger = _context.ReadLedger();
        Tell("Reading what is live and what was.");
        await using var sideBySide = new SideBySide(cancellationToken);
        var opening = sideBySide.Begin(token => _context.OpenHistoryAsync(ledger, token));
        var finding = request.TargetId is { } id ? sideBySide.Begin(token => _context.Platform.FindAsync(id, token)) : null;
        var pinned = sideBySide.Begin(_context.Platform.ReadPinAsync);
        var flying = sideBySide.Begin(_context.Platform.ReadInFlightAsync);
        var schemas = new SchemaReader(_context);
        var level = sideBySide.Begin(schemas.ReadLevelAsync);
        // What a named target froze can be asked as soon as it is found.
        var frozen = finding is null ? null : sideBySide.Begin(async token =>
            await finding is { } found ? await new FrozenSettings(_context).WarnAsync(found, token) : null);
        var history = await opening;
        var current = await history.RequireCurrentAsync();
        RefuseUnfinished(ledger);
        var gates = new PlanGates(request);
        Deployment target;
        if (finding is null)
        {
            await GateRecentAsync(ledger, gates, pinned);
            target = await ChooseAsync(history, current, cancellationToken);
        }
        else
        {
            var named = await history.DescribeAsync(await finding);
            if (named is null && await new NamedTarget(_context).FindAsync(history, request.TargetId!, cancellationToken) is { } built)
            {
                (named, frozen) = (built, null);
            }

            target = RequireTarget(named, current, request.TargetId!);
        }

        if (target.Id == current.Id)
        {
            return Seal(Draft(request, ledger, current, target, PlanGates.NotApplicable("nothing is taken back"), TargetProber.NotProbed("it needs no probe"), [], []));
        }

        Tell($"Target is {target.Id}.");
        var differing = CompareAsync(current, target, cancellationToken);
        frozen ??= sideBySide.Begin(token => new FrozenSettings(_context).WarnAsync(target, token));
        var checking = ReadChecksAsync(target, cancellationToken);
        var choosing = new RollbackLadder(_context);
        choosing.BeginPreflight(sideBySide, request, current, target);
        var inFlight = await flying;
        gates.InFlight(inFlight, InFlightPolicyHere);
        var probe = await new TargetProber(_context, Tell).ProbeAsync(target, cancellationToken);
        gates.Target(target, probe);
        var comparison = await differing;
        var schema = gates.Schema(await schemas.AnswerAsync(
            current, target, comparison.Comparison, comparison.Unavailable, level, ledger, cancellationToken));
        var observed = new List<PlanWarning>(SchemaWarnings(schema, comparison.Comparison));
        var (checks, unread) = await checking;
        target = target with { Checks = checks };
        if ((checks is not null || unread is not null)
            && gates.Checks(target, _context.Settings.Policy.CommitChecks, unread) is { } warning)
        {
            observed.Add(warning);
        }

        var ladder = await choosing.ChooseAsync(request, gates, current, target, observed.Add, cancellationToken);
        // What builds anew takes the settings of today.
        if (!ladder[0].Deploys && await frozen is { } changed)
        {
            observed.Add(changed);
        }

        var pin = await pinned;
        var freeze = inFlight.Count > 0 && InFlightPolicyHere == InFlightPolicy.Freeze;
        var cancel = InFlightPolicyHere == InFlightPolicy.Cancel ? inFlight : [];
        var draft = Draft(request, ledger, current, target, schema, probe, inFlight, gates.Overrides);
        return Seal(draft with
        {
            Strategy = string.Join(", else ", ladder.Select(strategy => strategy.Kind)),
            Steps = _steps.Steps(PlanKind.Rollback, current, target, ladder, freeze, pin, cancel),
            Warnings = [.. draft.Warnings, .. observed],
            Difference = Difference(current, target, comparison),
            BuildFiles = await new BuildFileComparison(_context).CompareAsync(current, probe, cancellationToken),
            PinBefore = pin,
        });
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

        await using var sideBySide = new SideBySide(cancellationToken);
        var opening = sideBySide.Begin(token => _context.OpenHistoryAsync(ledger, token));
        var finding = sideBySide.Begin(token => _context.Platform.FindAsync(undone.From.Id, token));
        var flying = sideBySide.Begin(_context.Platform.ReadInFlightAsync);
        var history = await opening;
        var current = await history.RequireCurrentAsync();
        if (current.Id != attempt.LiveId)
        {
            throw WorldChanged(attempt.LiveId!, current.Id);
        }

        var forward = await history.DescribeAsync(await finding)
            ?? throw new RollbackOpsException(ErrorId.DeploymentNotFound,
                $"The deployment '{undone.From.Id}' that the rollback left is no longer there.",
                "Deploy it anew, or name another deployment with Invoke-Rollback -Target.", undone.From.Id);
        RequireReady(forward);
        var inFlight = await flying;
        var request = new PlanRequest { Reason = reason, TargetId = forward.Id, AllowInFlight = true };
        var draft = Draft(request, ledger, current, forward, PlanGates.NotApplicable("nothing is taken back"), TargetProber.NotProbed("it needs no probe"), inFlight, []);
        return Seal(draft with
        {
            Kind = PlanKind.Undo,
            UndoOf = attempt.RollbackId,
            PinBefore = undone.PinBefore,
            BuildFiles = [.. undone.BuildFiles.Select(file => file.Reversed())],
            TargetChoice = $"What rollback {attempt.Number} left",
            Warnings = attempt.LiveId == undone.Target.Id ? draft.Warnings : [.. draft.Warnings, new PlanWarning
            {
                Id = "BranchStaysTakenBack",
                Message = "The production branch is still taken back: what deploys from it next is without that work, until the revert is reverted.",
            }],
            Steps = _steps.Steps(
                PlanKind.Undo,
                current,
                forward,
                [new RollbackLadder(_context).Find(RollbackStrategy.Instant)],
                freeze: false,
                undone.PinBefore),
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

    private async Task GateRecentAsync(RollbackLedger ledger, PlanGates gates, Task<PromotionPin?> pinned)
    {
        if (ledger.LastStanding is not { } last)
        {
            return;
        }

        var pin = await pinned;
        var isPinned = pin?.RollbackId is { } id && id == last.RollbackId;
        // A clock that jumped back makes the rollback lie in the future: still recent.
        var age = _context.Clock.GetUtcNow() - last.SwitchedAt!.Value;
        if (isPinned || age < _context.Settings.Policy.RecentRollbackWindow)
        {
            gates.Recent(last, isPinned);
        }
    }

    private static async Task<Deployment> ChooseAsync(
        DeploymentHistory history, Deployment current, CancellationToken cancellationToken) =>
        await history.ChooseTargetAsync(cancellationToken)
        ?? throw new RollbackOpsException(ErrorId.NoEligibleTarget,
            $"No deployment older than '{current.Id}' has served, is ready and is not known bad.",
            "Look at Get-DeploymentHistory -All; unblock one with Unblock-Deployment or name one with -Target.",
            current.Id);

    private static Deployment RequireTarget(Deployment? found, Deployment current, string id)
    {
        var target = found ?? throw new RollbackOpsException(ErrorId.DeploymentNotFound,
            $"There is no deployment '{Inert.Line(id)}' in {current.Project}/{current.Environment}.",
            "Look at Get-DeploymentHistory; ids are exact, a commit takes seven digits, and a tag has to fit repository.deploymentPattern.", id);
        if (target is { Ineligibility: { } why } && target.Id != current.Id)
        {
            throw new RollbackOpsException(ErrorId.TargetNotEligible,
                $"The deployment '{target.Id}' can be no target: {why}.",
                "Choose a candidate: Get-DeploymentHistory | Where-Object IsCandidate.", target);
        }

        return target.Id == current.Id ? target : RequireReady(target);
    }

    private static Deployment RequireReady(Deployment target) => target.State == DeploymentState.Ready
        ? target
        : throw new RollbackOpsException(ErrorId.TargetNotEligible,
            $"The deployment '{target.Id}' is {target.State} and cannot serve{(target.Error is null ? "" : $": {target.Error}")}.",
            "Choose one that is Ready: Get-DeploymentHistory -State Ready.", target);

    private async Task<(CommitChecks? Checks, string? Unread)> ReadChecksAsync(
        Deployment target, CancellationToken cancellationToken)
    {
        var policy = _context.Settings.Policy.CommitChecks;
        if (policy == CommitCheckPolicy.Ignore || (_context.CommitChecks is null && policy != CommitCheckPolicy.RequirePassed))
        {
            return (null, null);
        }

        return (_context.CommitChecks, target.Commit) switch
        {
            (null, _) => (null, "no section github is configured."),
            (_, null) => (null, "the deployment does not state its commit."),
            var (checks, commit) => await SideReading.TryAsync(
                stop => checks.ReadAsync(commit, stop), _context.Clock, cancellationToken),
        };
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

    /// <summary>What blocks nothing, and a person should know all the same.</summary>
    private static IEnumerable<PlanWarning> SchemaWarnings(SchemaGate schema, CommitComparison? comparison)
    {
        if (schema.Status == SchemaGateStatus.Unknown
            || (schema.Status == SchemaGateStatus.NotApplicable && comparison is { Migrations.Count: > 0 })
            || (schema.Status == SchemaGateStatus.Passed && schema.IsLevelRecorded))
        {
            yield return new PlanWarning { Id = "SchemaUnproven", Message = schema.Detail };
        }
    }

    private PlanDifference Difference(
        Deployment current, Deployment target, (CommitComparison? Comparison, string? Unavailable) compared) => new()
        {
            Commits = compared.Comparison?.Commits.Select(commit => $"{commit.Hash[..Math.Min(12, commit.Hash.Length)]} {commit.Subject}").ToList(),
            Migrations = compared.Comparison?.Migrations,
            Unavailable = compared.Unavailable,
            Age = current.CreatedAt - target.CreatedAt,
            TargetLastServedAt = target.LastServedAt,
            NotTakenBack = _context.Platform.NotTakenBack,
        };

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
        return new RollbackPlan
        {
            Id = string.Create(CultureInfo.InvariantCulture,
                $"rb-{now:yyyyMMddTHHmmss}Z-{RandomNumberGenerator.GetHexString(6, lowercase: true)}"),
            Project = _context.Settings.Project,
            Environment = _context.Settings.Environment,
            Platform = _context.Platform.Name,
            Strategy = _context.Platform.Strategy.ToString(),
            CreatedAt = now,
            ExpiresAt = now + _context.Settings.Policy.PlanLifetime,
            By = _context.Actor,
            From = current,
            Target = target,
            TargetChoice = request.TargetId is not { } named ? $"Previous (S1), health {target.Health}"
                : named == target.Id ? "Named" : $"Named by its commit: {Inert.Line(named)}",
            Reason = Inert.Text(request.Reason),
            Verdict = request.Verdict,
            Steps = _steps.VerifyOnly(target),
            Difference = Difference(current, target, (null, "not compared")),
            SchemaGate = schema,
            TargetProbe = probe,
            Warnings = [.. _steps.Warnings(target, probe, inFlight)],
            Overrides = overrides,
            JournalNumber = ledger.Reading.LastNumber,
            IsAutomatic = request.IsAutomatic,
        };
    }

    /// <summary>Where nothing can be cancelled, the policy to do so refuses.</summary>
    private InFlightPolicy InFlightPolicyHere =>
        _context.Settings.Policy.InFlight == InFlightPolicy.Cancel && !_context.Platform.CanCancel
            ? InFlightPolicy.Refuse
            : _context.Settings.Policy.InFlight;

    /// <summary>Masked before it is hashed: what the journal keeps of it and what a file carries is then what was sealed.</summary>
    private RollbackPlan Seal(RollbackPlan plan)
    {
        var masked = (RollbackPlan)ObjectTexts.Mask(plan, _context.Redactor.Redact);
        return masked with { Hash = masked.ComputeHash() };
    }

    private void Tell(string text) =>
        _tell(new RollbackProgress(ProgressKind.Detail, text, 0, 0, _context.Clock.GetElapsedTime(_begun)));
}
