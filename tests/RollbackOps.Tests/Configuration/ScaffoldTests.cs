using RollbackOps.Configuration;

namespace RollbackOps.Tests.Configuration;

public sealed class ScaffoldTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Make_EmptyFolder_IsValidAndSaysWhatIsMissing()
    {
        var scaffold = ScaffoldMaker.Make(_folder.Folder("shop"), project: null);

        Assert.Equal("shop", scaffold.Project);
        Assert.False(scaffold.IsWritten);
        Assert.Equal(_folder["shop/rollback.json"], scaffold.Path);
        Assert.Contains("set platform.root", Assert.Single(scaffold.Findings).Meaning, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["shop"]));
        Assert.Equal("shop", Configured.Read(scaffold.Content).Settings.Project);
    }

    [Fact]
    public void Make_ProjectWithEverything_NamesWhatItFound()
    {
        Git("https://somebody:" + "hunter2@git.example/team/store.git");
        _folder.File("app/package.json", """{ "name": "@team/shop", "scripts": {} }""");
        _folder.File("app/.vercel/project.json", """{ "projectId": "prj_1", "projectName": "shop-web" }""");
        _folder.File("app/vercel.json", "{}");
        _folder.Folder("app/releases/1");
        Directory.CreateSymbolicLink(_folder["app/current"], "releases/1");

        var scaffold = ScaffoldMaker.Make(_folder["app"], project: null);
        var settings = Configured.Read(scaffold.Content).Settings;

        Assert.Equal("@team/shop", settings.Project);
        Assert.Equal(("/srv", "origin", "trunk"),
            (settings.Repository!.Path, settings.Repository.Remote, settings.Repository.Branch));
        Assert.Equal(Configured.Folder, settings.Platform.Root);
        Assert.Equal(["releases/", "../.git", "package.json", ".vercel/project.json", "vercel.json"],
            scaffold.Findings.Select(finding => finding.Found));
        Assert.DoesNotContain("hunter2", string.Join('\n', scaffold.Findings) + scaffold.Content, StringComparison.Ordinal);
        Assert.Contains("git.example/team/store.git", scaffold.Findings[1].Meaning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "projectId": "prj_1", "orgId": "team_1", "projectName": "shop-web" }""", "prj_1", "team_1")]
    [InlineData("""{ "projectId": "prj_1", "orgId": "usr1", "projectName": "shop-web" }""", "prj_1", null)]
    [InlineData("""{ "projectId": 5, "orgId": "team_../x", "projectName": "shop-web" }""", null, null)]
    public void Make_LinkedToVercel_IsThePlatform(string link, string? project, string? team)
    {
        _folder.File("app/.vercel/project.json", link);

        var scaffold = ScaffoldMaker.Make(_folder["app"], project: null);
        var settings = Configured.Read(scaffold.Content).Settings;

        Assert.Equal(("shop-web", "vercel"), (settings.Project, settings.Platform.Type));
        Assert.Equal((project, team, "env:VERCEL_TOKEN"),
            (settings.Platform.Vercel!.Project, settings.Platform.Vercel.Team, settings.Platform.Vercel.Token));
    }

    [Theory]
    [InlineData("git@github.com:team/store.git", false, "github")]
    [InlineData("https://github.com/team/store", true, "vercel")]
    [InlineData("https://git.example/team/store", false, null)]
    public void Make_WorkflowThatRollsBack_IsThePlatformWhereNothingElseServes(string remote, bool isOnVercel, string? platform)
    {
        Git(remote);
        _folder.File(".github/workflows/ci.yml", string.Empty);
        _folder.File(".github/workflows/prod-rollback.yaml", string.Empty);
        if (isOnVercel)
        {
            _folder.File("app/vercel.json", "{}");
        }

        var scaffold = ScaffoldMaker.Make(_folder["app"], project: null);
        var settings = Configured.Read(scaffold.Content).Settings;

        Assert.Equal((platform ?? "releaseDirectory", platform is null ? null : "prod-rollback.yaml"),
            (settings.Platform.Type, settings.Github?.Workflow));
        Assert.Equal(platform is not null,
            scaffold.Findings.Any(finding => finding.Found == ".github/workflows/prod-rollback.yaml"));
    }

    [Theory]
    [InlineData("""{ "name": "" }""")]
    [InlineData("""{ "name": 5 }""")]
    [InlineData("""{ "name": "a\u0007b" }""")]
    [InlineData("""{ "name": "\ud800" }""")]
    [InlineData("[]")]
    [InlineData("not json")]
    public void Make_UnfitPackageName_FallsBackToTheRepository(string package)
    {
        Git("git@git.example:team/store.git");
        _folder.File("app/package.json", package);

        var scaffold = ScaffoldMaker.Make(_folder["app"], project: null);

        Assert.Equal("store", scaffold.Project);
        Assert.DoesNotContain(scaffold.Findings, finding => finding.ToString().Contains('\u0007', StringComparison.Ordinal));
    }

    [Fact]
    public void Make_UnfitNameGiven_IsRefused()
    {
        var error = Assert.Throws<RollbackOpsException>(() => ScaffoldMaker.Make(_folder.Path, "a\nb"));

        Assert.Equal(ErrorId.ConfigurationInvalid, error.Id);
    }

    [Fact]
    public void Make_MissingFolder_IsRefused() => Assert.Equal(ErrorId.InvalidArgument,
        Assert.Throws<RollbackOpsException>(() => ScaffoldMaker.Make(_folder["none"], project: null)).Id);

    [Fact]
    public void Make_ReleaseDirectoryBelow_IsTheRoot()
    {
        _folder.Folder("deploy/releases/1");
        Directory.CreateSymbolicLink(_folder["deploy/current"], "releases/1");

        var scaffold = ScaffoldMaker.Make(_folder.Path, project: null);

        Assert.Equal("/srv/shop/deploy", Configured.Read(scaffold.Content).Settings.Platform.Root);
    }

    [Fact]
    public void Make_LinkedWorkingCopy_ReadsTheCommonFolder()
    {
        Git("https://git.example/team/store.git");
        _folder.File("linked/.git", $"gitdir: {_folder[".git/worktrees/linked"]}\n");
        _folder.File(".git/worktrees/linked/commondir", "../..\n");

        Assert.Equal("store", ScaffoldMaker.Make(_folder["linked"], project: null).Project);
    }

    [Fact]
    public void Write_NewFolder_WritesWhatWasShownAndTheSchema()
    {
        var scaffold = ScaffoldMaker.Make(_folder.Path, "shop");

        var written = ScaffoldWriter.Write(scaffold, overwrite: false);

        Assert.True(written.IsWritten);
        Assert.Equal(scaffold.Content, File.ReadAllText(written.Path));
        Assert.Equal(ConfigurationSchema.ToJson(), File.ReadAllText(written.SchemaPath));
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.Path).Length);
        var read = RollbackConfiguration.Read(new ConfigurationRequest { StartFolder = _folder.Path });
        Assert.Equal("shop", read.Settings.Project);
    }

    [Fact]
    public void Write_FileThere_IsLeftAloneUnlessTold()
    {
        _folder.File("rollback.json", "mine");
        var scaffold = ScaffoldMaker.Make(_folder.Path, "shop");

        var error = Assert.Throws<RollbackOpsException>(() => ScaffoldWriter.Write(scaffold, overwrite: false));

        Assert.Equal(ErrorId.ConfigurationExists, error.Id);
        Assert.Contains("-Overwrite", error.NextStep, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(scaffold.Path));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
        ScaffoldWriter.Write(scaffold, overwrite: true);
        Assert.Equal(scaffold.Content, File.ReadAllText(scaffold.Path));
    }

    [Fact]
    public void Write_ForeignFileWithTheSchemasName_IsLeftAlone()
    {
        _folder.File("rollback.schema.json", "{}");
        var scaffold = ScaffoldMaker.Make(_folder.Path, "shop");

        Assert.Equal(ErrorId.ConfigurationExists,
            Assert.Throws<RollbackOpsException>(() => ScaffoldWriter.Write(scaffold, overwrite: false)).Id);
        Assert.Equal("{}", File.ReadAllText(scaffold.SchemaPath));
    }

    [Fact]
    public void Write_Impossible_LeavesNothingBehind()
    {
        var scaffold = ScaffoldMaker.Make(_folder.Path, "shop");
        // A folder of that name can be replaced by no file.
        _folder.Folder("rollback.json/full");

        var error = Assert.Throws<RollbackOpsException>(() => ScaffoldWriter.Write(scaffold, overwrite: true));

        Assert.Equal(ErrorId.ConfigurationUnwritable, error.Id);
        Assert.DoesNotContain(Directory.GetFileSystemEntries(_folder.Path), one => one.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private void Git(string address)
    {
        _folder.Folder("app");
        _folder.File(".git/HEAD", "ref: refs/heads/feature\n");
        _folder.File(".git/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/trunk\n");
        _folder.File(".git/config", $"""
            [core]
                bare = false
            [remote "backup"]
                url = /elsewhere
            [remote "origin"]
                url = {address}
                fetch = +refs/heads/*:refs/remotes/origin/*
            [branch "main"]
                remote = origin
            """);
    }
}
