using RollbackOps.Databases;

namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether a restored database fits beside the live one (S30).</summary>
internal sealed class RestoreSpaceInspection(ReadinessScope scope) : IInspection
{
    public string Name => "restore-space";

    public ReadinessArea Area => ReadinessArea.Machine;

    public string Expected => "room for a restored database beside the live one (S30)";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        if (scope.Database is not { } database)
        {
            return ReadinessFinding.None("no database is configured");
        }

        var facts = await scope.LiveAsync(cancellationToken);
        var needed = Math.Max(facts.Size, (await scope.BackupsAsync(cancellationToken)).FirstOrDefault(backup => backup.Format == BackupFormat.SqliteFile)?.Size ?? 0);
        if (facts.FreeSpace is not { } free)
        {
            return ReadinessFinding.Warn(
                $"the server of {database.Engine.Place} does not tell its volume's free space; a restore needs {StepTeller.Size(needed)} there",
                "Look at it on the server: df -h, at its data_directory.");
        }

        var observed = $"{StepTeller.Size(free)} free beside {database.Engine.Place}, {StepTeller.Size(needed)} needed";
        return free < needed
            ? ReadinessFinding.Fail(observed, "Free some space on that volume: kept and rejected databases of earlier restores lie there.")
            : ReadinessFinding.Ready(observed);
    }
}
