using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>The strategies of one plan, in the order in which they are tried (S21).</summary>
internal sealed class RollbackLadder
{
    private readonly RollbackContext _context;
    private Task? _instant;

    public RollbackLadder(RollbackContext context) => _context = context;

    /// <summary>
    /// Begins the preflight of the platform's own strategy, beside other readings. The others' may need the repository,
    /// which is being compared meanwhile.
    /// </summary>
    public void BeginPreflight(SideBySide sideBySide, PlanRequest request, Deployment from, Deployment target)
    {
        if (request.Strategy is RollbackStrategy.Auto or RollbackStrategy.Instant)
        {
            _instant = sideBySide.Begin(async token =>
            {
                await Find(RollbackStrategy.Instant).PreflightAsync(from, target, token);
                return true;
            });
        }
    }

    /// <summary>The strategies that are set up and not known to fail, in order.</summary>
    /// <param name="request">The strategy asked for, and what becomes of the development branch.</param>
    /// <param name="gates">What may be in the way.</param>
    /// <param name="from">What is live.</param>
    /// <param name="target">What is to be live.</param>
    /// <param name="observed">Is told of each strategy of the configured order that is left out, and why; and of what was let pass.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <exception cref="RollbackOpsException">None is left; or the one that was asked for is known to fail.</exception>
    public async Task<IReadOnlyList<IRollbackStrategy>> ChooseAsync(
        PlanRequest request,
        PlanGates gates,
        Deployment from,
        Deployment target,
        Action<PlanWarning> observed,
        CancellationToken cancellationToken)
    {
        IRollbackStrategy As(RollbackStrategy kind) =>
            request.ResetDevelopmentBranch ? Find(kind).ResettingDevelopmentBranch ?? Find(kind) : Find(kind);

        if (request.ResetDevelopmentBranch && !_context.Strategies.Any(strategy => strategy.ResettingDevelopmentBranch is not null))
        {
            throw new RollbackOpsException(ErrorId.InvalidArgument,
                "There is no development branch that could be reset.",
                "Name it as repository.developmentBranch in rollback.json, or leave -ResetDevelopmentBranch out.",
                nameof(request.ResetDevelopmentBranch));
        }

        if (request.Strategy != RollbackStrategy.Auto)
        {
            var only = As(request.Strategy);
            await PreflightAsync(only);
            return [only];
        }

        var ladder = new List<IRollbackStrategy>();
        RollbackOpsException? why = null;
        foreach (var kind in _context.Settings.Policy.Strategies)
        {
            try
            {
                var strategy = As(kind);
                if (ladder.Contains(strategy))
                {
                    continue;
                }

                await PreflightAsync(strategy);
                ladder.Add(strategy);
            }
            catch (RollbackOpsException unusable)
            {
                why = unusable;
                observed(new PlanWarning { Id = "StrategyLeftOut", Message = $"{kind} is left out: {unusable.Message}" });
            }
        }

        return ladder.Count > 0 ? ladder : throw why!;

        async Task PreflightAsync(IRollbackStrategy strategy)
        {
            try
            {
                await (_instant is { } begun && strategy == Find(RollbackStrategy.Instant)
                    ? begun
                    : strategy.PreflightAsync(from, target, cancellationToken));
            }
            catch (RollbackOpsException found) when (gates.Lets(found))
            {
                observed(new PlanWarning { Id = found.Id.ToString(), Message = found.Message });
            }
        }
    }

    /// <summary>The strategy of a kind; Instant is the platform's own, whatever that is.</summary>
    /// <exception cref="RollbackOpsException">It is not set up.</exception>
    public IRollbackStrategy Find(RollbackStrategy kind) =>
        _context.Strategies.FirstOrDefault(strategy => kind == RollbackStrategy.Instant || strategy.Kind == kind)
        ?? throw new RollbackOpsException(ErrorId.StrategyUnavailable,
            $"The strategy {kind} is not set up here; there is {string.Join(", ", _context.Strategies.Select(strategy => strategy.Kind))}.",
            kind switch
            {
                RollbackStrategy.Git => "Name the repository in rollback.json, or take another -Strategy.",
                RollbackStrategy.Workflow => "Name the workflow in a section github of rollback.json, or take another -Strategy.",
                _ => "Take another -Strategy, or policy.strategies without it.",
            }, kind.ToString());
}
