namespace RollbackOps.Rollbacks;

/// <summary>The procedure's verification checklist, all ten items; what nobody measured is never ticked.</summary>
internal static class VerificationChecklist
{
    /// <summary>The item that a report ticks itself.</summary>
    public const string ReportCreated = "Incident report created";

    /// <summary>The item whose source is the calendar file beside the report.</summary>
    public const string PostMortemScheduled = "Post-mortem scheduled";

    /// <summary>The checklist as far as a verification can fill it in.</summary>
    /// <param name="verification">What was verified.</param>
    /// <param name="ledger">What the journal knows besides.</param>
    public static IReadOnlyList<VerificationCheck> Of(VerificationResult verification, RollbackLedger ledger)
    {
        var hasReport = verification.RollbackId is { } id && ledger.HasReport(id);
        var health = verification.Checks.Where(check => check.Name.StartsWith("Check ", StringComparison.Ordinal)).ToList();
        return
        [
            Item("Rollback completed successfully", verification.Status,
                $"served version {verification.Identity}, verification {verification.Status}"),
            Item("Health checks passing",
                health.Count == 0 ? VerificationStatus.Unverified
                    : health.All(check => check.Status == VerificationStatus.Passed) ? VerificationStatus.Passed
                    : VerificationStatus.Failed,
                $"{health.Count(check => check.Status == VerificationStatus.Passed)} of {health.Count} checks pass"),
            Item("Error rate acceptable", VerificationStatus.Unverified, "no traffic was measured"),
            Item("Performance normal", VerificationStatus.Unverified, "no traffic was measured"),
            Item("User sessions stable", VerificationStatus.Unverified, "no login sequence is configured"),
            Item("Database responsive", VerificationStatus.Unverified, "no database check is configured"),
            Item("Team notified", VerificationStatus.Pending, "a person has to say so"),
            Item(ReportCreated,
                hasReport ? VerificationStatus.Passed : VerificationStatus.Pending,
                hasReport ? "the journal records it" : "New-IncidentReport writes it"),
            Item("Backup verified safe", VerificationStatus.Unverified, "no backup is configured"),
            verification.RollbackId is { } held && ledger.PostMortemAt(held) is { } at
                ? Item(PostMortemScheduled, VerificationStatus.Passed, $"at {at:u}, as the journal records")
                : Item(PostMortemScheduled, VerificationStatus.Pending, "New-IncidentReport schedules it"),
        ];
    }

    private static VerificationCheck Item(string name, VerificationStatus status, string detail) =>
        new() { Name = name, Status = status, Detail = detail };
}
