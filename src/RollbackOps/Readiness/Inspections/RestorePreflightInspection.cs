using RollbackOps.Databases;

namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether the live database could be swapped for a restored one: what a restore would refuse before any outage.</summary>
internal sealed class RestorePreflightInspection(ReadinessScope scope) : IInspection
{
    public string Name => "restore-preflight";

    public ReadinessArea Area => ReadinessArea.Database;

    public string Expected => "the database answers, and nothing in it would stop a restore";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        if (scope.Database is not { } database)
        {
            return ReadinessFinding.None("no database is configured");
        }

        try
        {
            return await scope.LiveAsync(cancellationToken) switch
            {
                { Fault: { } fault } => ReadinessFinding.Fail($"{database.Engine.Place} cannot be read: {fault}", "Look at it: Test-Database; then Get-DatabaseBackup -Before (Get-Date)."),
                var facts => ReadinessFinding.Ready(
                    $"{database.Engine.Place}, {StepTeller.Size(facts.Size)}{(facts.MigrationLevel is { } level ? $", at {level}" : "")}{string.Concat(facts.Notes.Select(note => $"; {note.TrimEnd('.')}"))}"),
            };
        }
        catch (RollbackOpsException unreachable) when (unreachable.Id is ErrorId.DatabaseUnreachable)
        {
            return ReadinessFinding.Fail(unreachable.Message.TrimEnd('.'), unreachable.NextStep);
        }
    }
}
