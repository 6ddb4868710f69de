using RollbackOps.Decisions;
using RollbackOps.Rollbacks;

namespace RollbackOps.Drills;

/// <summary>
/// The rollback of a drill, as an incident would make it: planned, carried out, and where it does not come to its end at once,
/// planned again or resumed as its own next step says.
/// </summary>
internal sealed class DrillAttempt(DrillStage stage)
{
    private const int MostTries = 12;
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(5);

    /// <summary>Rolls back.</summary>
    /// <returns>The last result; null where the verdict asks for none any more.</returns>
    /// <exception cref="RollbackOpsException">A rule forbids it, and no fault of the drill's own is behind it.</exception>
    public async Task<RollbackResult?> RunAsync(RollbackDecision decision, CancellationToken cancellationToken)
    {
        RollbackResult? result = null;
        for (var tries = 0; tries < MostTries; tries++)
        {
            stage.Guard();
            try
            {
                result = IsResumable(result)
                    ? await ResumeAsync(result!, cancellationToken)
                    : await BeginAsync(decision, cancellationToken);
            }
            catch (RollbackOpsException refusal) when (stage.Faults?.Mend(refusal, stage.Ground) == true)
            {
                stage.Say($"{refusal.Message} {refusal.NextStep}");
                await Task.Delay(s_between, stage.Clock, cancellationToken);
                continue;
            }

            if (result is null or { Status: RollbackStatus.Succeeded } || !(IsResumable(result) || IsToBePlannedAgain(result)))
            {
                break;
            }

            stage.Say($"{result.Status}: {result.Message} {result.NextStep}");
            await Task.Delay(s_between, stage.Clock, cancellationToken);
        }

        if (result is not null)
        {
            stage.Faults?.Settle(result);
        }

        return result;
    }

    private async Task<RollbackResult?> BeginAsync(RollbackDecision decision, CancellationToken cancellationToken)
    {
        var order = new RollbackOrder
        {
            Decision = decision,
            Request = new PlanRequest
            {
                Reason = $"Drill {stage.Scenario.Name}: {VerdictGate.ReasonOf(decision)}",
                // As automation does it where a person decided; the plan and the report name it.
                OverrideVerdict = !decision.IsAutomatic,
            },
        };
        var procedure = new RollbackProcedure(stage.Context, stage.Tell);
        var (plan, _) = await procedure.PrepareAsync(order, isAsked: decision.IsAutomatic, cancellationToken);
        if (plan is null)
        {
            return null;
        }

        await (stage.Faults?.BeforeAsync(stage.Ground, cancellationToken) ?? Task.CompletedTask);
        stage.Guard();
        return stage.Host is { } host && stage.Faults?.KillsNext() == true
            ? await KillAsync(host, order.Request.Reason, cancellationToken)
            : await procedure.CarryOutAsync(plan, decision, cancellationToken);
    }

    /// <summary>Lets another process roll back, which is killed between the switch and the restart, and reads what it left.</summary>
    private async Task<RollbackResult> KillAsync(DrillHost host, string reason, CancellationToken cancellationToken)
    {
        var script = $"$ErrorActionPreference = 'Stop'; Import-Module {Quoted(host.Manifest)}; "
            + $"Invoke-Rollback -ConfigurationPath {Quoted(stage.Ground.ConfigurationFile)} -Reason {Quoted(reason)} -Confirm:$false";
        await stage.Ground.KillAtRestartAsync(host, script, cancellationToken);
        var attempt = stage.Context.ReadLedger().Unfinished ?? throw new RollbackOpsException(ErrorId.DrillFailed,
            "The process was killed in the midst of its rollback, and the journal knows of none that is unfinished.", "Look at the drill's journal.");
        return attempt.ToResult(stage.Context.Settings.Project, stage.Context.Settings.Environment, stage.Context.Store.Location);
    }

    /// <summary>Goes on where it was cut off; what the service was not restarted for is made up for first, as the error says.</summary>
    private async Task<RollbackResult> ResumeAsync(RollbackResult cut, CancellationToken cancellationToken)
    {
        if (cut is { Status: RollbackStatus.NotServed or RollbackStatus.PartiallyRolledBack } && stage.Context.Settings.Platform.Activate is { } activate
            && cut.Steps.Any(step => step is { Kind: StepKind.Activate, Status: StepStatus.Done }))
        {
            stage.Say("The activation command is run once more.");
            await stage.Database.Hooks.RunAsync("activate", activate, cancellationToken);
        }

        return await new RollbackRunner(stage.Context, stage.Tell).ResumeAsync(cut.RollbackId, cancellationToken);
    }

    private static bool IsResumable(RollbackResult? result) => result is { RollbackId: not null }
        && result.Status is RollbackStatus.Unknown or RollbackStatus.NotServed or RollbackStatus.Unhealthy
            or RollbackStatus.PartiallyRolledBack or RollbackStatus.Unfinished;

    /// <summary>Nothing was switched, and what was in the way is the platform's passing trouble.</summary>
    private static bool IsToBePlannedAgain(RollbackResult result) => result is
    {
        Status: RollbackStatus.Failed, Error: ErrorId.PlatformBusy or ErrorId.RateLimited or ErrorId.PlatformUnavailable,
    };

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
