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

    /// <summary>The number of the first record that does not fit, counted in the file from 1; null when all do.</summary>
    public long? FirstBadRecord => Findings.FirstOrDefault(finding => finding.BreaksTrust)?.Number;

    /// <summary>What is wrong.</summary>
    public required IReadOnlyList<JournalFinding> Findings { get; init; }

    /// <summary>Checks the journal of a context; however long it is, little of it is in memory.</summary>
    /// <exception cref="RollbackOpsException">It cannot be read.</exception>
    internal static JournalCheck Of(RollbackContext context)
    {
        // First: what is appended meanwhile is behind it, and nothing of that can seem to be gone.
        var head = context.Store.ReadHead();
        try
        {
            using var journal = context.Store.OpenJournal();
            var outcome = JournalVerifier.Verify(journal, head);
            return new JournalCheck
            {
                Location = context.Store.Location,
                Records = (int)outcome.Records,
                IsTrusted = !outcome.Findings.Any(finding => finding.BreaksTrust),
                LastHash = outcome.LastHash,
                Findings = outcome.Findings,
            };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.JournalUnreadable,
                $"The journal in '{context.Store.Location}' cannot be read: {failure.Message}", "Check the file's owner and rights.",
                context.Store.Location, failure);
        }
    }
}
