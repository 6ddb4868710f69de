using RollbackOps.Databases;

namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether there is room where a rollback writes: state, reports, evidence, backups.</summary>
internal sealed class SpaceInspection(ReadinessScope scope) : IInspection
{
    public string Name => "space";

    public ReadinessArea Area => ReadinessArea.Machine;

    public string Expected => $"at least {StepTeller.Size(Needed)} free where state, reports, evidence and backups are kept";

    private long Needed => scope.Limits.FreeSpace * 1024L * 1024L;

    public Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        var folders = Folders().Distinct(StringComparer.Ordinal).Select(folder => (Folder: folder, Free: scope.Machine.FreeSpace(folder))).ToList();
        var told = folders.Where(one => one.Free is not null).ToList();
        if (told.Count == 0)
        {
            return Task.FromResult(ReadinessFinding.Untold($"the free space at {folders[0].Folder} cannot be told", $"Look at it: df -h '{folders[0].Folder}'."));
        }

        var (folder, free) = told.MinBy(one => one.Free);
        var observed = $"{StepTeller.Size(free!.Value)} free at {folder}, the least of {folders.Count}";
        return Task.FromResult(free < Needed
            ? ReadinessFinding.Fail(observed, $"Free some space there: old backups, reports and evidence; or lower readiness.freeSpace.")
            : ReadinessFinding.Ready(observed));
    }

    private IEnumerable<string> Folders()
    {
        var state = Path.Combine(scope.Settings.Platform.Root, ".rollback");
        yield return state;
        yield return scope.Settings.Reports.Folder ?? Path.Combine(state, "reports");
        if (scope.Settings.Evidence.S3 is null)
        {
            yield return scope.Settings.Evidence.Folder ?? Path.Combine(state, "evidence");
        }

        if (scope.Settings.Database is { } database)
        {
            yield return database.Backups ?? Path.Combine(state, "backups");
        }
    }
}
