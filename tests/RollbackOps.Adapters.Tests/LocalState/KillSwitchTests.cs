using RollbackOps.Adapters.LocalState;

namespace RollbackOps.Adapters.Tests.LocalState;

/// <summary>The switch that works while every API is down (S27).</summary>
public sealed class KillSwitchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private LocalStateStore Store => new(_folder.Path, TimeProvider.System);

    private string Switch => Path.Combine(_folder.Path, "STOP");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void IsAutomaticOff_NoFileOrNoFolder_IsNot()
    {
        Assert.False(Store.IsAutomaticOff);
        Assert.False(new LocalStateStore(Path.Combine(_folder.Path, "none"), TimeProvider.System).IsAutomaticOff);
    }

    [Fact]
    public void IsAutomaticOff_AFile_IsUntilItIsGone()
    {
        File.WriteAllText(Switch, string.Empty);
        Assert.True(Store.IsAutomaticOff);

        File.Delete(Switch);
        Assert.False(Store.IsAutomaticOff);
    }

    [Fact]
    public void IsAutomaticOff_AFolderOrALinkThatLeadsNowhere_IsAsWell()
    {
        Directory.CreateDirectory(Switch);
        Assert.True(Store.IsAutomaticOff);

        Directory.Delete(Switch);
        File.CreateSymbolicLink(Switch, "nowhere");
        Assert.True(Store.IsAutomaticOff);
    }

    [Fact]
    public void IsAutomaticOff_TheStateFolderLeadsToItself_CannotBeSeenAndCountsAsOn()
    {
        var loop = Path.Combine(_folder.Path, "state");
        File.CreateSymbolicLink(loop, "state");

        Assert.True(new LocalStateStore(loop, TimeProvider.System).IsAutomaticOff);
    }
}
