namespace RollbackOps.Rollbacks;

/// <summary>The outcome of checking the journal.</summary>
public sealed record JournalCheck
{
    internal JournalCheck()
    {
    }

    /// <summary>Where the journal lies.</summary>
    public required string Location { get; init; }

    /// <summary>How many records can be read.</summary>
    public required int Records { get; init; }

    /// <summary>Whether every record is as it was written and none is missing.</summary>
    public required bool IsTrusted { get; init; }

    /// <summary>The hash of the last record; kept elsewhere, it proves later that nothing before it was changed.</summary>
    public string? LastHash { get; init; }

    /// <summary>What is wrong.</summary>
    public required IReadOnlyList<JournalFinding> Findings { get; init; }

    /// <summary>Checks the journal of a context.</summary>
    internal static JournalCheck Of(RollbackContext context)
    {
        var reading = context.Journal.Read();
        return new JournalCheck
        {
            Location = context.Store.Location,
            Records = reading.Records.Count,
            IsTrusted = !reading.Findings.Any(finding => finding.BreaksTrust),
            LastHash = reading.Records.Count == 0 ? null : reading.Records[^1].Hash,
            Findings = reading.Findings,
        };
    }
}
