using RollbackOps.Configuration;

namespace RollbackOps.Tests.Configuration;

public sealed class ConfigurationLocatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_FileAbove_IsFoundAndItsFolderIsTheBase()
    {
        _folder.File("shop/rollback.json", """{ "platform": { "root": "deploy" } }""");

        var settings = Read(_folder.Folder("shop/a/b")).Settings;

        Assert.Equal(_folder["shop/rollback.json"], settings.File);
        Assert.Equal(_folder["shop/deploy"], settings.Platform.Root);
        Assert.Equal("shop", settings.Project);
    }

    [Fact]
    public void Read_NearestFile_Wins()
    {
        _folder.File("rollback.json", """{ "project": "outer" }""");
        _folder.File("a/rollback.json", """{ "project": "inner" }""");

        Assert.Equal("inner", Read(_folder.Folder("a/b")).Settings.Project);
    }

    [Fact]
    public void Read_NoFileInReleaseDirectory_UsesTheEmbeddedPlatform()
    {
        _folder.Folder("shop/releases/1");
        Directory.CreateSymbolicLink(_folder["shop/current"], "releases/gone");
        _folder.File("shop/anything", string.Empty);

        var settings = Read(_folder["shop/releases/1"]).Settings;

        Assert.Null(settings.File);
        Assert.Equal(("shop", "production"), (settings.Project, settings.Environment));
        Assert.Equal((_folder["shop"], _folder["shop"]), (settings.Platform.Root, settings.BaseFolder));
    }

    [Theory]
    [InlineData("shared", true)]
    [InlineData(".rollback", true)]
    [InlineData("src", false)]
    public void Read_ReleasesWithoutCurrent_CountsOnlyWhenNothingSpeaksAgainstIt(string neighbour, bool counts)
    {
        _folder.Folder("shop/releases/1");
        _folder.Folder($"shop/{neighbour}");

        if (counts)
        {
            Assert.Equal(_folder["shop"], Read(_folder["shop"]).Settings.Platform.Root);
        }
        else
        {
            Assert.Equal(ErrorId.ConfigurationNotFound, Refused(_folder["shop"]).Id);
        }
    }

    [Fact]
    public void Read_NothingThere_NamesTheNextStep()
    {
        var error = Refused(_folder.Path);

        Assert.Equal(ErrorId.ConfigurationNotFound, error.Id);
        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("New-RollbackConfiguration", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NamedFileMissing_IsNotFound()
    {
        var error = Refused(_folder.Path, _folder["other.json"]);

        Assert.Equal(ErrorId.ConfigurationNotFound, error.Id);
        Assert.Contains(_folder["other.json"], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NamedFolderAsFile_IsUnreadable() =>
        Assert.Equal(ErrorId.ConfigurationUnreadable, Refused(_folder.Path, _folder.Folder("rollback.json")).Id);

    [Fact]
    public void Read_HugeFile_IsUnreadable()
    {
        var file = _folder.File("rollback.json", new string(' ', 2_000_000));

        Assert.Equal(ErrorId.ConfigurationUnreadable, Refused(_folder.Path, file).Id);
    }

    [Fact]
    public void Read_EnvironmentWithoutFile_MustBeTheDefault()
    {
        _folder.Folder("releases");
        Directory.CreateSymbolicLink(_folder["current"], "releases/1");

        var error = Assert.Throws<RollbackOpsException>(() => RollbackConfiguration.Read(
            new ConfigurationRequest { StartFolder = _folder.Path, Environment = "staging" }));

        Assert.Equal(ErrorId.InvalidArgument, error.Id);
    }

    [Fact]
    public void Read_Configuration_RunsAndWritesNothing()
    {
        _folder.File("rollback.json",
            """{ "platform": { "activate": { "command": ["/bin/sh", "-c", "touch ran"] }, "probe": { "command": ["touch", "ran"] } } }""");

        Read(_folder.Path);

        Assert.Equal([_folder["rollback.json"]], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private static RollbackConfiguration Read(string folder, string? file = null) =>
        RollbackConfiguration.Read(new ConfigurationRequest { StartFolder = folder, File = file });

    private static RollbackOpsException Refused(string folder, string? file = null) =>
        Assert.Throws<RollbackOpsException>(() => Read(folder, file));
}
