using RollbackOps.Adapters.Processes;
using RollbackOps.Adapters.Tests.Git;
using RollbackOps.Configuration;
using RollbackOps.Readiness;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Readiness;

/// <summary>This machine, for real.</summary>
public sealed class LocalMachineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FreeSpace_OfAFolderThatIsYetToBeMade_IsThatOfItsVolume()
    {
        var machine = new LocalMachine(Settings(), new NoSecrets());

        Assert.Equal(
            machine.FreeSpace(_folder.Path)!.Value / 1e9, machine.FreeSpace(_folder["a/b/c"])!.Value / 1e9, tolerance: 1);
        Assert.True(machine.FreeSpace(_folder.Path) > 0);
    }

    [Fact]
    public async Task Tools_OfAConfigurationThatNeedsNone_AreNone() => Assert.Empty(await FindAsync(Settings()));

    [Fact]
    public async Task Git_WhereARepositoryIsNamed_IsFoundWithItsVersion()
    {
        var git = Assert.Single(await FindAsync(Settings() with { Repository = new RepositorySettings { Path = _folder["nowhere"] } }));

        Assert.Equal(("git", null), (git.Program, git.Fault));
        Assert.Matches(@"^\d+\.\d+", git.Version!);
    }

    [Theory]
    [InlineData("ssh://git@shop.example/shop.git", true)]
    [InlineData("git@shop.example:acme/shop.git", true)]
    [InlineData("https://shop.example/shop.git", false)]
    [InlineData("/srv/shop.git", false)]
    public async Task Ssh_IsLookedForWhereTheRemoteIsReachedByIt(string address, bool isNeeded)
    {
        using var sandbox = await GitSandbox.NewAsync();
        await sandbox.GitAsync("remote", "add", "origin", address);

        var tools = await FindAsync(Settings() with
        {
            Repository = sandbox.Settings,
            Policy = new PolicySettings { Strategies = [RollbackStrategy.Git] },
        });

        Assert.Equal(isNeeded, tools.Any(tool => tool.Program == "ssh"));
    }

    [Theory]
    [InlineData("sh", true)]
    [InlineData("no-such-program-at-all", false)]
    public async Task CommandOfTheConfiguration_ByItsProgram_IsFoundOrNot(string program, bool isFound)
    {
        var settings = Settings();
        var tool = Assert.Single(await FindAsync(settings with
        {
            Platform = settings.Platform with { Activate = new CommandSettings { Command = [program, "-c", "touch ran"] } },
        }));

        Assert.Equal(isFound, tool.Fault is null);
        Assert.Contains("platform.activate", tool.ToString(), StringComparison.Ordinal);
        // Nothing is run.
        Assert.False(File.Exists(_folder["ran"]));
    }

    private static async Task<IReadOnlyList<ToolFinding>> FindAsync(RollbackSettings settings) =>
        await new LocalMachine(settings, new NoSecrets()).FindToolsAsync(CancellationToken.None);

    private RollbackSettings Settings() => new()
    {
        Project = "shop",
        Environment = "production",
        BaseFolder = _folder.Path,
        Platform = new PlatformSettings { Root = _folder.Path },
    };
}
