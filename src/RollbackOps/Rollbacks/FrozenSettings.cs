using System.Globalization;
using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>What a target froze when it was built and its platform has changed since (S7).</summary>
internal sealed class FrozenSettings
{
    private const int MostNamed = 10;

    // It changes nothing about the rollback: nobody waits long for it.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly RollbackContext _context;

    public FrozenSettings(RollbackContext context) => _context = context;

    /// <summary>The warning, or null when nothing was changed. Never throws but when it is stopped.</summary>
    public async Task<PlanWarning?> WarnAsync(Deployment target, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(s_patience, _context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var changes = await _context.Platform.ReadSettingChangesAsync(target, either.Token);
            return changes.Count == 0 ? null : new PlanWarning
            {
                Id = "SettingsChanged",
                Message = $"{target.Id} keeps the settings of its build. Changed since: {Names(changes)}. A secret that was replaced, and no longer works, breaks it.",
            };
        }
        catch (RollbackOpsException unreadable)
        {
            return NotRead(target, unreadable.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return NotRead(target, $"no answer within {s_patience.TotalSeconds} s");
        }
    }

    private static string Names(IReadOnlyList<SettingChange> changes) =>
        string.Join(", ", changes.Take(MostNamed).Select(change =>
            string.Create(CultureInfo.InvariantCulture, $"{change.Name} ({change.At:yyyy-MM-dd HH:mm} UTC)")))
        + (changes.Count > MostNamed ? $" and {changes.Count - MostNamed} more" : "");

    private static PlanWarning NotRead(Deployment target, string why) => new()
    {
        Id = "SettingsNotRead",
        Message = $"Whether settings were changed since {target.Id} was built is not known: {why}",
    };
}
