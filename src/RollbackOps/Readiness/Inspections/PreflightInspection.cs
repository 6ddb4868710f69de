using RollbackOps.Rollbacks;

namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether the strategies that a rollback would try are known to fail (S5, S18): what its plan would find out.</summary>
internal sealed class PreflightInspection(ReadinessScope scope) : IInspection
{
    public string Name => "preflight";

    public ReadinessArea Area => ReadinessArea.Platform;

    public string Expected => "no strategy of policy.strategies is known to fail";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        var (current, target) = await scope.ChoiceAsync(cancellationToken);
        if (target is null)
        {
            return ReadinessFinding.None("there is no candidate to go back to");
        }

        var ladder = new RollbackLadder(scope.Context);
        var (usable, left) = (new List<string>(), new List<RollbackOpsException>());
        foreach (var kind in scope.Settings.Policy.Strategies)
        {
            try
            {
                await ladder.Find(kind).PreflightAsync(current, target, cancellationToken);
                usable.Add(kind.ToString());
            }
            catch (RollbackOpsException unusable)
            {
                left.Add(unusable);
            }
        }

        var why = string.Join("; ", left.Select(one => one.Message.TrimEnd('.')));
        return (usable, left) switch
        {
            (_, []) => ReadinessFinding.Ready($"{string.Join(", ", usable)}: {current.Id} -> {target.Id} is not known to fail"),
            ([], [var only]) => ReadinessFinding.Of(only),
            ([], _) => ReadinessFinding.Fail(why, left[0].NextStep),
            _ => ReadinessFinding.Warn($"{string.Join(", ", usable)} would do; left out: {why}", left[0].NextStep),
        };
    }
}
