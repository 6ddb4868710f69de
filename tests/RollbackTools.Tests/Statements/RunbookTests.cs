using System.Text.Json;
using RollbackOps.Runbooks;
using RollbackTools.Tests.Hosting;

namespace RollbackTools.Tests.Statements;

/// <summary>The check of runbooks at the prompt.</summary>
public sealed class RunbookTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rollback-runbook-");
    private readonly Session _session;

    public RunbookTests()
    {
        Write("PROCEDURES.md", "# Push\n\n```sh\ngit push -f\nnpm run gone\n```\n");
        Write("fine.md", "```sh\ngit status\n```\n");
        Write("note [1].txt", "helm rollback web --wait\n");
        Write("package.json", """{ "scripts": { } }""");
        _session = new Session(_folder.FullName);
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("Test-RollbackRunbook PROCEDURES.md", "git-push-force npm-script-missing")]
    [InlineData("Test-RollbackRunbook .", "git-push-force npm-script-missing helm-rollback-previous")]
    [InlineData("Test-RollbackRunbook *.md", "git-push-force npm-script-missing")]
    [InlineData("Test-RollbackRunbook -LiteralPath 'note [1].txt'", "helm-rollback-previous")]
    [InlineData("Test-RollbackRunbook . -MinimumSeverity Warning", "git-push-force npm-script-missing")]
    [InlineData("[IO.FileInfo]\"$PWD/note [1].txt\" | Test-RollbackRunbook", "helm-rollback-previous")]
    [InlineData("'PROCEDURES.md', 'fine.md' | Test-RollbackRunbook -PackageJson package.json", "git-push-force npm-script-missing")]
    public void Paths_OfEveryKind_AreRead(string script, string rules) => Assert.Equal(rules,
        string.Join(' ', _session.Run(script).Clean().Output.Select(one => ((RunbookFinding)one.BaseObject).Rule)));

    [Theory]
    [InlineData("Test-RollbackRunbook fine.md -Quiet", true)]
    [InlineData("Test-RollbackRunbook PROCEDURES.md -Quiet", false)]
    [InlineData("Test-RollbackRunbook 'note [[]1].txt' -Quiet -MinimumSeverity Error", true)]
    [InlineData("Test-RollbackRunbook fine.md, missing.md -Quiet -ErrorAction SilentlyContinue", false)]
    public void Quiet_Gives_OneTruthValue(string script, bool expected) =>
        Assert.Equal(expected, Assert.Single(_session.Run(script).Output).BaseObject);

    [Theory]
    [InlineData("Test-RollbackRunbook fine.md -ToolVersion @{ gh = 2.10 }", "InvalidArgument")]
    [InlineData("Test-RollbackRunbook missing.md", "RunbookNotFound")]
    [InlineData("Test-RollbackRunbook *.nothing", "RunbookNotFound")]
    [InlineData("Test-RollbackRunbook", "NoInput")]
    [InlineData("Test-RollbackRunbook variable:x", "InvalidArgument")]
    [InlineData("Test-RollbackRunbook fine.md -PackageJson fine.md", "RunbookUnreadable")]
    [InlineData("Test-RollbackRunbook fine.md -OutFile gone/out.sarif", "ReportUnwritable")]
    public void Paths_ThatLeadNowhere_AreNamed(string script, string error) => Assert.Equal(error, _session.Run(script).ErrorId());

    [Fact]
    public void ToolVersion_BeforeWhatARuleHoldsFor_LeavesItsFindingOut()
    {
        Write("watch.sh", "gh run watch 1\n");

        Assert.Single(_session.Run("Test-RollbackRunbook watch.sh").Clean().Output);
        Assert.True(_session.Run("Test-RollbackRunbook watch.sh -ToolVersion @{ gh = '2.10'; git = [version]'2.39' } -Quiet").Clean().Single<bool>());
    }

    // The shape that code scanning needs (SARIF 2.1.0).
    [Fact]
    public void Sarif_OfAFolder_HasTheShapeThatCodeScanningTakes()
    {
        var said = _session.Run("Test-RollbackRunbook . -AsSarif -OutFile out.sarif").Clean().Single<string>();

        Assert.Equal(said, File.ReadAllText(Path.Combine(_folder.FullName, "out.sarif")));
        using var document = JsonDocument.Parse(said);
        Assert.Equal("2.1.0", document.RootElement.GetProperty("version").GetString());
        var run = document.RootElement.GetProperty("runs")[0];
        var driver = run.GetProperty("tool").GetProperty("driver");
        Assert.Equal("Test-RollbackRunbook", driver.GetProperty("name").GetString());
        var results = run.GetProperty("results");
        Assert.Equal(3, results.GetArrayLength());
        Assert.All(results.EnumerateArray(), result =>
        {
            Assert.Equal(result.GetProperty("ruleId").GetString(),
                driver.GetProperty("rules")[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
            Assert.Contains(result.GetProperty("level").GetString(), new[] { "error", "warning", "note" });
            Assert.NotEmpty(result.GetProperty("message").GetProperty("text").GetString()!);
            var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
            Assert.True(place.GetProperty("region").GetProperty("startLine").GetInt32() > 0);
            Assert.True(Uri.IsWellFormedUriString(place.GetProperty("artifactLocation").GetProperty("uri").GetString(), UriKind.Relative));
            Assert.Equal("SRCROOT", place.GetProperty("artifactLocation").GetProperty("uriBaseId").GetString());
        });
        Assert.StartsWith("file:///", run.GetProperty("originalUriBaseIds").GetProperty("SRCROOT").GetProperty("uri").GetString(), StringComparison.Ordinal);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);
}
