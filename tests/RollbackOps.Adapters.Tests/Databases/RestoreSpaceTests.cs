using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>The space that a plan asks for is what its fullest moment takes.</summary>
public sealed class RestoreSpaceTests
{
    [Theory]
    [InlineData(false, false, 1)]
    [InlineData(false, true, 2)]
    [InlineData(true, false, 3)]
    [InlineData(true, true, 3)]
    public async Task Plan_Restore_CountsTheScratchOfAnExport(bool inPlace, bool isExporting, int sizes)
    {
        using var world = new SqliteWorld(journalMode: "delete", orders: 200);
        world.Run("VACUUM");
        var backup = await world.BackUpAsync();
        var request = new RestoreRequest { Reason = "r", InPlace = inPlace, ExportLostChanges = isExporting };
        Assert.Equal(new FileInfo(world.Path).Length, backup.Size);

        var plan = await Planner(world, sizes * backup.Size).PlanAsync(backup, request, CancellationToken.None);
        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(
            () => Planner(world, (sizes * backup.Size) - 1).PlanAsync(backup, request, CancellationToken.None));

        Assert.Equal((sizes * backup.Size, ErrorId.SpaceMissing), (plan.SpaceNeeded, refusal.Id));
        Assert.Equal(isExporting, refusal.NextStep.Contains("leave -ExportLostChanges out", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, false, 0)]
    [InlineData(false, true, 1)]
    [InlineData(true, false, 2)]
    public async Task Plan_Undo_CountsWhatItCopies(bool inPlace, bool isExporting, int sizes)
    {
        using var world = new SqliteWorld(journalMode: "delete", orders: 200);
        world.Run("VACUUM");
        var backup = await world.BackUpAsync();
        Assert.Equal(RestoreStatus.Succeeded, (await world.RestoreAsync(backup)).Status);
        var request = new RestoreRequest { Reason = "r", InPlace = inPlace, ExportLostChanges = isExporting };

        var plan = await Planner(world, sizes * backup.Size).PlanUndoAsync(restoreId: null, request, CancellationToken.None);

        Assert.Equal(sizes * backup.Size, plan.SpaceNeeded);
        if (sizes > 0)
        {
            var refusal = await Assert.ThrowsAsync<RollbackOpsException>(
                () => Planner(world, (sizes * backup.Size) - 1).PlanUndoAsync(restoreId: null, request, CancellationToken.None));
            Assert.Equal(ErrorId.SpaceMissing, refusal.Id);
        }
    }

    private static RestorePlanner Planner(SqliteWorld world, long free) => new(LittleRoom.Around(world.Open(), free));
}
