using System.Globalization;

namespace RollbackOps.Decisions;

/// <summary>What holds an automatic rollback back, whatever it would follow (S26, S27).</summary>
/// <param name="IsOff">Whether the kill switch is on, or cannot be read.</param>
/// <param name="IsFutile">Whether the rollback to what is live was found not to have helped.</param>
/// <param name="IsSpent">Whether an automatic rollback was made in the incident that is open.</param>
/// <param name="LastAct">When the last rollback was, whoever began it; null without one.</param>
/// <param name="Pause">How long after that an automatic one is held back.</param>
internal sealed record AutomaticGuard(bool IsOff, bool IsFutile, bool IsSpent, DateTimeOffset? LastAct, TimeSpan Pause)
{
    /// <summary>Reads the switch and the record; a record that cannot be read counts as switched off.</summary>
    public static AutomaticGuard Read(RollbackContext context, string? currentId)
    {
        var pause = context.Settings.Policy.AutomaticPause;
        try
        {
            var ledger = context.ReadLedger();
            var isFutile = ledger.LastStanding is { RollbackId: { } id } last && last.LiveId == currentId && ledger.IsFutile(id);
            return new AutomaticGuard(
                context.Store.IsAutomaticOff, isFutile, ledger.IsIncidentSpent(context.Clock.GetUtcNow(), pause), ledger.LastActAt, pause);
        }
        catch (RollbackOpsException)
        {
            return new AutomaticGuard(IsOff: true, IsFutile: false, IsSpent: false, LastAct: null, pause);
        }
    }

    /// <summary>As the inputs of a verdict have it.</summary>
    public static AutomaticGuard Of(DecisionInputs inputs) => new(
        inputs.IsAutomaticOff, inputs.IsLastRollbackFutile, inputs.IsIncidentSpent, inputs.Prior?.LastAutomaticAct, inputs.Policy.AutomaticPause);

    /// <summary>Why an automatic rollback is held back at a moment, as the end of a sentence; null when it is not.</summary>
    public string? Forbids(DateTimeOffset at) =>
        IsOff ? "automatic rollbacks are switched off"
        : IsFutile ? "the last rollback did not help, so the deployment is likely not the cause (S26)"
        : LastAct is { } last && at - last < Pause
            ? $"the last rollback was at {last:HH:mm:ss} UTC, and an automatic one is allowed {Later()} later"
        : IsSpent ? "this incident has had its automatic rollback, and is not over (S27)"
        : null;

    private string Later() => Pause == TimeSpan.FromHours(1)
        ? "an hour"
        : string.Create(CultureInfo.InvariantCulture, $"{Pause.TotalMinutes:0.#} min");
}
