using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Rollbacks;

/// <summary>What a plan will do, and what is to be known about it.</summary>
internal sealed class PlanSteps
{
    private static readonly TimeSpan s_localEffect = TimeSpan.FromSeconds(10);

    private readonly RollbackContext _context;

    public PlanSteps(RollbackContext context) => _context = context;

    /// <summary>The steps, in order.</summary>
    /// <param name="kind">Which way the plan goes.</param>
    /// <param name="from">What is live.</param>
    /// <param name="target">What is to be live.</param>
    /// <param name="ladder">The strategies, in order.</param>
    /// <param name="freeze">Whether promotion is pinned before the switch, because a deployment is in flight (S9).</param>
    /// <param name="pinBefore">The pin that an undo puts back, or null.</param>
    /// <param name="cancel">The deployments in flight that are cancelled before the switch (S9); empty for none.</param>
    public IReadOnlyList<PlannedStep> Steps(
        PlanKind kind,
        Deployment from,
        Deployment target,
        IReadOnlyList<IRollbackStrategy> ladder,
        bool freeze,
        PromotionPin? pinBefore = null,
        IReadOnlyList<Deployment>? cancel = null)
    {
        var steps = new List<PlannedStep>();
        void Add(StepKind step, string description, TimeSpan deadline, IReadOnlyList<string>? command = null) =>
            steps.Add(Step(steps.Count + 1, step, description, command ?? [], deadline));

        if (cancel is { Count: > 0 })
        {
            Add(StepKind.Cancel, $"Cancel what is in flight: {string.Join(", ", cancel)}", _context.Platform.EffectDeadline);
        }

        var pin = kind == PlanKind.Rollback && _context.Platform.CanPin;
        for (var rung = 1; rung <= ladder.Count; rung++)
        {
            var strategy = ladder[rung - 1];
            var effects = strategy.Deploys
                ? Deploying(strategy, from, target, pinBefore)
                : Switching(strategy, from, target, pin, freeze);
            AddRung(steps, effects, strategy, rung);
        }

        Add(StepKind.AwaitServed, ladder.Any(strategy => strategy.Deploys)
            ? $"Wait until {target.Id}, or what was deployed in its place, is what is served"
            : $"Wait until {target.Id} is what is served",
            _context.Settings.Platform.ServedTimeout + s_localEffect);
        if (kind == PlanKind.Rollback)
        {
            Add(StepKind.Mark, $"Mark {from.Id} known bad", s_localEffect);
        }
        else
        {
            if (_context.Platform.CanPin)
            {
                Add(StepKind.Unpin, pinBefore is null
                    ? "Lift the pin that the rollback set"
                    : $"Put back the pin to {pinBefore.DeploymentId} that the rollback replaced", _context.Platform.EffectDeadline);
            }

            Add(StepKind.Unmark, $"Lift the mark that the rollback set on {target.Id}", s_localEffect);
        }

        Add(StepKind.Verify, $"Verify from outside that {target.Id} is served and healthy", VerifyDeadline);
        for (var rung = 1; rung <= ladder.Count; rung++)
        {
            // Nobody waits for it in an emergency, and the rollback does not fail with it.
            AddRung(steps, ladder[rung - 1].Describe(from, target).Where(effect => IsAfterwards(effect.Kind)), ladder[rung - 1], rung);
        }

        return steps;
    }

    /// <summary>Whether it comes after the verification, and fails nothing.</summary>
    public static bool IsAfterwards(StepKind kind) => kind is StepKind.MergeBranch or StepKind.ResetBranch;

    private void AddRung(
        List<PlannedStep> steps, IEnumerable<PlannedEffect> effects, IRollbackStrategy strategy, int rung)
    {
        foreach (var effect in effects)
        {
            steps.Add(Step(
                steps.Count + 1, effect.Kind, effect.Description, effect.Command, DeadlineOf(effect)) with
            {
                Strategy = strategy.Kind,
                Rung = rung,
            });
        }
    }

    private IEnumerable<PlannedEffect> Switching(
        IRollbackStrategy strategy, Deployment from, Deployment target, bool pin, bool freeze)
    {
        var pinning = new PlannedEffect { Kind = StepKind.Pin, Description = $"Pin promotion to {target.Id}" };
        if (pin && freeze)
        {
            yield return pinning;
        }

        foreach (var effect in strategy.Describe(from, target))
        {
            yield return effect.Deadline is null && effect.Kind == StepKind.Activate
                ? effect with { Deadline = _context.Settings.Platform.Activate?.Timeout }
                : effect;
            if (effect.Kind == StepKind.Switch && pin && !freeze)
            {
                // Before the restart: from here on nobody's deploy script may flip the link back.
                yield return pinning;
            }
        }
    }

    /// <summary>What ends in a new deployment. While promotion is pinned that never goes live by itself (S11).</summary>
    private IEnumerable<PlannedEffect> Deploying(
        IRollbackStrategy strategy, Deployment from, Deployment target, PromotionPin? pinned)
    {
        foreach (var effect in strategy.Describe(from, target).Where(effect => !IsAfterwards(effect.Kind)))
        {
            yield return effect;
        }

        yield return new PlannedEffect
        {
            Kind = StepKind.AwaitDeployment,
            Description = "Wait until what comes of it is deployed",
            Deadline = _context.Settings.Policy.DeployTimeout + s_localEffect,
        };
        if (pinned is null)
        {
            yield break;
        }

        foreach (var effect in _context.Platform.DescribeActivation(from, target))
        {
            yield return effect with
            {
                Description = effect.Kind == StepKind.Switch
                    ? $"Switch to it: promotion is pinned to {pinned.DeploymentId}, and it would never go live by itself"
                    : effect.Description,
                Deadline = effect.Deadline ?? _context.Settings.Platform.Activate?.Timeout,
            };
        }
    }

    /// <summary>The one step of a plan whose target is live already (S3).</summary>
    public IReadOnlyList<PlannedStep> VerifyOnly(Deployment target) =>
        [Step(1, StepKind.Verify, $"Verify that {target.Id} is served", command: [], VerifyDeadline)];

    private TimeSpan DeadlineOf(PlannedEffect effect) => effect.Deadline
        ?? (effect.Kind is StepKind.Switch or StepKind.Pin ? _context.Platform.EffectDeadline : s_localEffect);

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

    /// <summary>What a person should know before approving.</summary>
    public IEnumerable<PlanWarning> Warnings(
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
}
