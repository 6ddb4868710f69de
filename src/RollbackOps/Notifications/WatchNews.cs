using RollbackOps.Configuration;
using RollbackOps.Rollbacks;
using RollbackOps.Watching;

namespace RollbackOps.Notifications;

/// <summary>What a watch has to tell that no rollback tells: that something failed, is bad, or is not rolled back.</summary>
internal static class WatchNews
{
    /// <summary>The message of a note; null for one that nobody has to hear of.</summary>
    public static Notification? Of(NotificationComposer composer, RollbackSettings settings, string id, WatchNotedData noted, DateTimeOffset at)
    {
        (string What, NotificationSeverity Severity, NotificationSignal Signal)? news = noted.Phase switch
        {
            WatchPhase.Failed => ("failed to build or to deploy", NotificationSeverity.Error, NotificationSignal.Inform),
            WatchPhase.Condemned => ("is bad and not rolled back", NotificationSeverity.Critical, NotificationSignal.Alert),
            WatchPhase.NotRolledBack => ("is not rolled back", NotificationSeverity.Critical, NotificationSignal.Alert),
            WatchPhase.Unharmed => ("did no harm", NotificationSeverity.Info, NotificationSignal.Resolve),
            _ => null,
        };
        return news is not { } told ? null : composer.New(
            id, $"watch-{noted.DeploymentId}", settings.Project, settings.Environment, at, NotificationKind.Message,
            $"{noted.DeploymentId} {told.What}: {settings.Project}/{settings.Environment}",
            [composer.Fact("Deployment", noted.DeploymentId), composer.Fact("What", noted.Detail), composer.Fact("By", noted.By)]) with
        {
            Severity = told.Severity,
            Signal = told.Signal,
        };
    }

    /// <summary>An incident opened.</summary>
    public static Notification Of(NotificationComposer composer, RollbackSettings settings, string id, IncidentData opened, DateTimeOffset at) =>
        composer.New(
            id, $"watch-{opened.DeploymentId}", settings.Project, settings.Environment, at, NotificationKind.Decision,
            $"{opened.Verdict} ({opened.Severity}): {settings.Project}/{settings.Environment}",
            [composer.Fact("Current", opened.DeploymentId), composer.Fact("Why", opened.Reason), composer.Fact("By", opened.By)]) with
        {
            Severity = opened.Severity == Decisions.Severity.P1 ? NotificationSeverity.Critical : NotificationSeverity.Error,
        };
}
