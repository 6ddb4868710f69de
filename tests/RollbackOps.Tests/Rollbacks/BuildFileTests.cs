using RollbackOps.Configuration;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>Where the application states no version, a build file tells what is served (S23).</summary>
public class BuildFileTests
{
    [Fact]
    public async Task Run_FileIsTheTargetsOwn_Succeeds()
    {
        var world = WithFiles((id, _) => $"file of {id}");

        var plan = await world.PlanAsync();
        var result = await world.RunAsync(plan);

        var file = Assert.Single(plan.BuildFiles);
        Assert.Equal(("file of v2", "file of v3", null), (file.Expected, file.Before, file.ProvesNothingBecause));
        Assert.Equal((RollbackStatus.Succeeded, ServedIdentity.Proven), (result.Status, result.Verification!.Identity));
    }

    [Fact]
    public async Task Run_FileStaysTheFormerOnes_IsNotServed()
    {
        var world = WithFiles((id, _) => $"file of {id}");
        var plan = await world.PlanAsync();
        world.Prober.StuckAt[World.Address] = "v3";

        var result = await world.RunAsync(plan);

        Assert.Equal((RollbackStatus.NotServed, ErrorId.NotServed), (result.Status, result.Error));
    }

    [Theory]
    [InlineData("same", "it is the same in what was live")]
    [InlineData("restless", "differs from one reading to the next")]
    [InlineData("none", "the target's own cannot be read")]
    [InlineData("dead", "that of what was live cannot be read")]
    public async Task Run_FileProvesNothing_IsIdentityUnprovenAndSaysWhy(string file, string reason)
    {
        var world = WithFiles((id, reading) => file switch
        {
            "same" => "everywhere",
            "restless" => $"{id} at {reading}",
            "dead" => id == "v3" ? null : id,
            _ => null,
        });

        var result = await world.RollBackAsync();

        Assert.Equal(RollbackStatus.IdentityUnproven, result.Status);
        Assert.Contains(
            result.Verification!.Checks, check => check.Detail.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_SomethingOnTheWayChangesTheFile_IsIdentityUnprovenAndNotAnother()
    {
        var world = WithFiles((id, _) => id);
        var plan = await world.PlanAsync();
        world.Prober.FileOf = (id, _) => $"{id}, minified";

        var result = await world.RunAsync(plan);

        Assert.Equal(RollbackStatus.IdentityUnproven, result.Status);
        Assert.Contains(
            result.Verification!.Checks, check => check.Detail.Contains("neither v2's own", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_OneConfirmingReadIsSilent_IsIdentityUnproven()
    {
        var world = WithFiles((id, _) => id);
        var plan = await world.PlanAsync();
        var silent = world.Prober.Requests.Count + 2;
        world.Prober.FileOf = (id, reading) => reading == silent ? null : id;

        Assert.Equal(RollbackStatus.IdentityUnproven, (await world.RunAsync(plan)).Status);
    }

    [Fact]
    public async Task Run_TargetHasNoAddressOfItsOwn_IsIdentityUnproven()
    {
        var world = WithFiles((id, _) => id);
        world.Platform.HasOwnAddresses = false;

        var plan = await world.PlanAsync();
        var result = await world.RunAsync(plan);

        Assert.Contains("no address of its own", Assert.Single(plan.BuildFiles).ProvesNothingBecause, StringComparison.Ordinal);
        Assert.Equal(RollbackStatus.IdentityUnproven, result.Status);
    }

    [Fact]
    public async Task Plan_ProductionIsDown_ReadsWhatWasLiveAtItsOwnAddress()
    {
        var world = WithFiles((id, _) => id);
        world.Platform.Served = null;

        Assert.Equal("v3", Assert.Single((await world.PlanAsync()).BuildFiles).Before);
    }

    [Fact]
    public async Task Undo_KnowsTheFileOfTheWayForward()
    {
        var world = WithFiles((id, _) => id);
        await world.RollBackAsync();

        var undo = await world.UndoAsync();

        Assert.Equal((RollbackStatus.Succeeded, ServedIdentity.Proven), (undo.Status, undo.Verification!.Identity));
    }

    private static World WithFiles(Func<string, int, string?> fileOf)
    {
        var world = World.WithThree(identity: new IdentitySettings { Content = IdentitySettings.Sha256 });
        world.Platform.HasOwnAddresses = true;
        world.Prober.FileOf = fileOf;
        return world;
    }
}
