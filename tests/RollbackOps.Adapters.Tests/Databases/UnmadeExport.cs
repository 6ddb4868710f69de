using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>An export that comes to nothing.</summary>
internal static class UnmadeExport
{
    /// <summary>Restores, and has the export stopped on its way or something lie where it is to go: that fails nothing, and leaves nothing.</summary>
    public static async Task<DatabaseRestoreResult> RestoreAsync(IDatabaseWorld world, DatabaseBackup backup, bool isStopped)
    {
        using var stop = new CancellationTokenSource();
        var folder = Path.Combine(world.Root, "elsewhere");
        if (isStopped)
        {
            world.Told = progress =>
            {
                if (progress.Text.StartsWith("Compare orders", StringComparison.Ordinal))
                {
                    stop.Cancel();
                }
            };
        }
        else
        {
            await File.WriteAllTextAsync(folder, "in the way");
        }

        var result = await world.RestoreAsync(backup, request => request with { ExportLostChanges = true, LostChangesFolder = folder }, stop.Token);

        Assert.Equal((RestoreStatus.Succeeded, isStopped, null), (result.Status, result.LostChanges!.IsStopped, result.LostChanges.Folder));
        Assert.Contains(isStopped ? "stopped" : "cannot be exported", result.LostChanges.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any());
        return result;
    }
}
