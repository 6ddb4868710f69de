namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether every secret that the configuration refers to is there. None is shown (S40).</summary>
internal sealed class SecretInspection(ReadinessScope scope) : IInspection
{
    public string Name => "secrets";

    public ReadinessArea Area => ReadinessArea.Configuration;

    public string Expected => "every env: and secret: reference leads to a value";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        var failures = new List<RollbackOpsException>();
        foreach (var reference in scope.References)
        {
            try
            {
                await scope.Secrets.ResolveAsync(reference, cancellationToken);
            }
            catch (RollbackOpsException missing) when (missing.Id == ErrorId.SecretUnavailable)
            {
                failures.Add(missing);
            }
        }

        return (scope.References.Count, failures) switch
        {
            (0, _) => ReadinessFinding.None("the configuration refers to no secret"),
            (var count, []) => ReadinessFinding.Ready($"{count} of {count} references lead to a value"),
            _ => ReadinessFinding.Fail(
                string.Join("; ", failures.Select(failure => failure.Message.TrimEnd('.'))),
                string.Join(" ", failures.Select(failure => failure.NextStep).Distinct(StringComparer.Ordinal))),
        };
    }
}
