using RollbackOps.Databases;
using RollbackOps.Signals;

namespace RollbackOps.Rollbacks;

/// <summary>The procedure's verification checklist, all ten items; what nobody measured is never ticked.</summary>
internal static class VerificationChecklist
{
    /// <summary>The item that a report ticks itself.</summary>
    public const string ReportCreated = "Incident report created";

    /// <summary>The item whose source is the calendar file beside the report.</summary>
    public const string PostMortemScheduled = "Post-mortem scheduled";

    /// <summary>How the names of health checks begin among what was verified.</summary>
    public const string HealthPrefix = "Check ";

    /// <summary>The item that the channels tick, or a person.</summary>
    public const string Team = "Team notified";

    private const string TheJournal = "the journal";
    private const string NoTraffic = "no traffic was measured";

    /// <summary>The checklist as far as a verification can fill it in.</summary>
    /// <param name="verification">What was verified.</param>
    /// <param name="ledger">What the journal knows besides.</param>
    /// <param name="performance">How fast answers were, or null.</param>
    /// <param name="database">Whether the database answers; null where none is configured.</param>
    public static IReadOnlyList<VerificationCheck> Of(
        VerificationResult verification, RollbackLedger ledger, VerificationCheck? performance = null, DatabaseCheckResult? database = null)
    {
        var id = verification.RollbackId;
        var hasReport = id is not null && ledger.HasReport(id);
        var rate = verification.Criteria.FirstOrDefault(one => one.Name.StartsWith("Error rate", StringComparison.Ordinal) || one.Name == "No regression detected");
        var sessions = verification.Criteria.FirstOrDefault(one => one.Name == "User sessions stable");
        return
        [
            Item("Rollback completed successfully", ServedStatus(verification),
                $"served version {verification.Identity}, verification {verification.Status}", "the production addresses", verification.At),
            Health(verification),
            rate is null ? Item("Error rate acceptable", VerificationStatus.Unverified, NoTraffic, source: null, at: null) : rate with { Name = "Error rate acceptable" },
            performance is null ? Item("Performance normal", VerificationStatus.Unverified, NoTraffic, source: null, at: null) : performance with { Name = "Performance normal" },
            sessions ?? Item("User sessions stable", VerificationStatus.Unverified,
                "the short-term window tells, from requests refused with 401 and 403", source: null, at: null),
            Database(database),
            TeamNotified(id, ledger),
            Item(ReportCreated,
                hasReport ? VerificationStatus.Passed : VerificationStatus.Pending,
                hasReport ? "the journal records it" : "New-IncidentReport writes it", TheJournal, at: null),
            Backup(ledger, database is not null),
            id is not null && ledger.PostMortemAt(id) is { } meeting
                ? Item(PostMortemScheduled, VerificationStatus.Passed, $"at {meeting:u}, as the journal records", TheJournal, at: null)
                : Said(PostMortemScheduled, HumanItem.PostMortemScheduled, id is null ? null : ledger.AnswerOf(id, HumanItem.PostMortemScheduled)),
        ];
    }

    /// <summary>Whether the health checks pass.</summary>
    public static VerificationCheck Health(VerificationResult verification)
    {
        var health = verification.Checks.Where(check => check.Name.StartsWith(HealthPrefix, StringComparison.Ordinal)).ToList();
        return Item("Health checks passing",
            health.Count == 0 ? VerificationStatus.Unverified
                : health.All(check => check.Status == VerificationStatus.Passed) ? VerificationStatus.Passed
                : VerificationStatus.Failed,
            $"{health.Count(check => check.Status == VerificationStatus.Passed)} of {health.Count} checks pass",
            "the health checks", verification.At);
    }

    /// <summary>Whether the database answers.</summary>
    public static VerificationCheck Database(DatabaseCheckResult? database) => database is null
        ? Item("Database responsive", VerificationStatus.NotApplicable, "no database is configured", source: null, at: null)
        : Item("Database responsive",
            database.Status switch
            {
                CheckStatus.Passed => VerificationStatus.Passed,
                CheckStatus.Failed => VerificationStatus.Failed,
                _ => VerificationStatus.Unverified,
            },
            database.Detail, database.Database, at: null) with
        { Expected = "it answers" };

    /// <summary>Whether people were told: as a person said, else as the channels took it.</summary>
    /// <param name="id">The rollback's id, or null.</param>
    /// <param name="ledger">What the journal knows.</param>
    public static VerificationCheck TeamNotified(string? id, RollbackLedger ledger)
    {
        var answer = id is null ? null : ledger.AnswerOf(id, HumanItem.TeamNotified);
        return answer is null && id is not null && ledger.ToldOf(id) is { } told
            ? Item(Team, VerificationStatus.Passed, $"told over {string.Join(", ", told.Channels)}", TheJournal, told.At)
            : Said(Team, HumanItem.TeamNotified, answer);
    }

    /// <summary>What a person said; where nobody has, it stays open.</summary>
    public static VerificationCheck Said(string name, HumanItem item, HumanAnswer? answer) => answer is null
        ? Item(name, VerificationStatus.Pending, $"a person has to say so: Test-RollbackSuccess -Ask, or -Answer @{{ {item} = $true }}", "a person", at: null)
        : Item(name, answer.Holds ? VerificationStatus.Passed : VerificationStatus.Failed,
            answer.Holds ? $"{answer.By} said so" : $"{answer.By} said that it does not hold", answer.By, answer.At);

    /// <summary>Whether the newest backup was proven by a restore.</summary>
    private static VerificationCheck Backup(RollbackLedger ledger, bool hasDatabase)
    {
        const string Name = "Backup verified safe";
        var tested = ledger.Reading.Records.LastOrDefault(record => record.Kind == JournalKind.BackupTested);
        return tested?.Read(RollbackJson.Compact.BackupTestedData)?.Result is { } result
            ? Item(Name, result.IsPassed ? VerificationStatus.Passed : VerificationStatus.Failed,
                $"{result.Backup} was restored aside and checked: {result.Detail}", TheJournal, tested.At)
            : hasDatabase
                ? Item(Name, VerificationStatus.Unverified, "no backup was tested; Backup-Database | Test-DatabaseBackup does it", TheJournal, at: null)
                : Item(Name, VerificationStatus.NotApplicable, "no database is configured", source: null, at: null);
    }

    /// <summary>Of a window, only what was seen of the service: whether the rollback is done does not hang on who was told.</summary>
    private static VerificationStatus ServedStatus(VerificationResult verification) =>
        verification.Criteria.Count == 0 ? verification.Status
        : verification.Identity switch
        {
            ServedIdentity.Proven => VerificationStatus.Passed,
            ServedIdentity.Unproven => VerificationStatus.Unverified,
            _ => VerificationStatus.Failed,
        };

    private static VerificationCheck Item(string name, VerificationStatus status, string detail, string? source, DateTimeOffset? at) =>
        new() { Name = name, Status = status, Detail = detail, Source = source, At = at };
}
