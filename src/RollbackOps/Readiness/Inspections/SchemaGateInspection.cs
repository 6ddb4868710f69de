using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Readiness.Inspections;

/// <summary>Today's answer of the schema gate (S28): whether the candidate works with the database as it is.</summary>
internal sealed class SchemaGateInspection(ReadinessScope scope) : IInspection
{
    public string Name => "schema-gate";

    public ReadinessArea Area => ReadinessArea.Database;

    public string Expected => "the candidate works with the database as it is (S28)";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        var (current, target) = await scope.ChoiceAsync(cancellationToken);
        if (target is null)
        {
            return ReadinessFinding.None("there is no candidate");
        }

        var schemas = new SchemaReader(scope.Context);
        var level = schemas.ReadLevelAsync(cancellationToken);
        var (comparison, unavailable) = await CompareAsync(current, target, cancellationToken);
        var gate = await schemas.AnswerAsync(
            current, target, comparison, unavailable, level, await scope.LedgerAsync(cancellationToken), cancellationToken);
        return gate.Status switch
        {
            SchemaGateStatus.NotApplicable => ReadinessFinding.None(gate.Detail),
            SchemaGateStatus.Passed when gate.IsLevelRecorded => ReadinessFinding.Warn(gate.Detail, "Look why the database does not answer: Test-Database."),
            SchemaGateStatus.Passed => ReadinessFinding.Ready(gate.Detail),
            SchemaGateStatus.Unknown => ReadinessFinding.Warn(gate.Detail,
                "Name the repository and let deployments state their commits, or declare schemaMin and schemaMax in the release."),
            _ => ReadinessFinding.Fail(
                $"a rollback to {target.Id} would be refused: {gate.Detail}",
                "Write migrations that the version before can live with and declare schemaMin and schemaMax; in an emergency: Invoke-Rollback -AllowSchemaMismatch -Reason ..."),
        };
    }

    private async Task<(CommitComparison? Comparison, string? Unavailable)> CompareAsync(
        Deployment current, Deployment target, CancellationToken cancellationToken)
    {
        if (scope.Context.Repository is not { } repository || current.Commit is null || target.Commit is null)
        {
            return (null, scope.Context.Repository is null ? "no repository is configured" : "a deployment does not state its commit");
        }

        try
        {
            return (await repository.CompareAsync(current.Commit, target.Commit, cancellationToken), null);
        }
        catch (RollbackOpsException unreadable) when (unreadable.Id == ErrorId.RepositoryUnreadable)
        {
            return (null, unreadable.Message);
        }
    }
}
