namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether the journal can be read and trusted (S35).</summary>
internal sealed class JournalInspection(ReadinessScope scope) : IInspection
{
    public string Name => "journal";

    public ReadinessArea Area => ReadinessArea.State;

    public string Expected => "every record carries the hash of the one before it (S35)";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        var reading = (await scope.LedgerAsync(cancellationToken)).Reading;
        var broken = reading.Findings.Where(finding => finding.BreaksTrust).ToList();
        return broken.Count == 0
            ? ReadinessFinding.Ready(reading.Records.Count == 0 ? "there is none yet" : $"{reading.Records.Count} records, unbroken")
            : ReadinessFinding.Fail(
                $"{broken[0].Detail.TrimEnd('.')}{(broken.Count > 1 ? $", and {broken.Count - 1} more" : "")}",
                "Run Test-RollbackLog; compare the journal with a copy from before.");
    }
}
