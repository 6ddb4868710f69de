using System.Globalization;
using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>What a target froze when it was built and its platform has changed since (S7).</summary>
internal sealed class FrozenSettings
{
    private const int MostNamed = 10;

    private readonly RollbackContext _context;

    public FrozenSettings(RollbackContext context) => _context = context;

    /// <summary>The warning, or null when nothing was changed. Throws only when it is stopped.</summary>
    public async Task<PlanWarning?> WarnAsync(Deployment target, CancellationToken cancellationToken)
    {
        var (changes, unread) = await SideReading.TryAsync(
            stop => _context.Platform.ReadSettingChangesAsync(target, stop), _context.Clock, cancellationToken);
        if (changes is null)
        {
            return new PlanWarning
            {
                Id = "SettingsNotRead",
                Message = $"Whether settings were changed since {target.Id} was built is not known: {unread}",
            };
        }

        return changes.Count == 0 ? null : new PlanWarning
        {
            Id = "SettingsChanged",
            Message = $"{target.Id} keeps the settings of its build. Changed since: {Names(changes)}. A secret that was replaced, and no longer works, breaks it.",
        };
    }

    private static string Names(IReadOnlyList<SettingChange> changes) =>
        string.Join(", ", changes.Take(MostNamed).Select(change =>
            string.Create(CultureInfo.InvariantCulture, $"{change.Name} ({change.At:yyyy-MM-dd HH:mm} UTC)")))
        + (changes.Count > MostNamed ? $" and {changes.Count - MostNamed} more" : "");
}
