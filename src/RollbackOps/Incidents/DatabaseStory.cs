using System.Globalization;
using RollbackOps.Databases;
using RollbackOps.Rollbacks;

namespace RollbackOps.Incidents;

/// <summary>What a report says of restores in words.</summary>
internal static class DatabaseStory
{
    /// <summary>A restore's name and number in the log.</summary>
    public static string Name(DatabaseRestoreResult restore, RollbackLedger ledger) =>
        $"{(restore.Kind == RestoreKind.Undo ? "Undo of a restore" : "Restore")}{(ledger.RestoreNumbers.TryGetValue(restore.RestoreId ?? string.Empty, out var number) ? $" {number}" : "")}";

    /// <summary>A restore in a few sentences.</summary>
    public static string Summary(DatabaseRestoreResult restore)
    {
        var missing = restore.LostWrites is { } lost ? $" {Minutes(lost)} of writes are missing." : string.Empty;
        var kept = restore.Kept is null ? string.Empty : $" The database that was live before is kept: {restore.Kept}.";
        var message = restore.Message is null ? string.Empty : $" {restore.Message}";
        return string.Create(CultureInfo.InvariantCulture,
            $"{(restore.Kind == RestoreKind.Undo ? "Undo of a restore" : "Restore")} of {restore.Database}{(restore.Backup is null ? "" : $" from {restore.Backup}")}: {restore.Status} in {restore.Duration.TotalSeconds:0.0} s.{missing}{kept} Reason: {restore.Reason}.{message}");
    }

    /// <summary>How a step came out, in a line.</summary>
    public static string Told(RestoreStepData step) => step.Status switch
    {
        StepStatus.Intended => $"{step.Kind} begun; its outcome was not recorded",
        StepStatus.Failed => $"{step.Kind} failed",
        _ => $"{step.Kind} done",
    };

    /// <summary>A length of time in minutes, as S29 has lost writes told.</summary>
    public static string Minutes(TimeSpan length) =>
        string.Create(CultureInfo.InvariantCulture, $"{length.TotalMinutes:0.#} minutes");
}
