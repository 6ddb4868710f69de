namespace RollbackOps.Adapters.Tests.Runbooks;

/// <summary>Where commands stand in Markdown, and where they do not.</summary>
public sealed class MarkdownTests
{
    [Theory]
    [InlineData("```bash\ngit push -f\n```\n", 2, 1)]
    [InlineData("~~~~ sh\n```\ngit push -f\n~~~~\n", 3, 1)]
    [InlineData("1. Push:\n\n   ```bash\n   git push -f\n   ```\n", 4, 4)]
    [InlineData("> ```sh\n> git push -f\n> ```\n", 2, 3)]
    [InlineData("Then:\n\n    git push -f\n", 3, 5)]
    [InlineData("```console\n$ git push -f\nEverything up-to-date\n```\n", 2, 3)]
    [InlineData("```\n$ git push -f\n```\n", 2, 3)]
    [InlineData("```bash\ncd app && sudo -u deploy git push -f\n```\n", 2, 11)]
    [InlineData("```sh\nOUT=$(git push -f 2>&1)\n```\n", 2, 7)]
    [InlineData("```sh\ngit push \\\n  -f\n```\n", 2, 1)]
    [InlineData("```sh\nif ! git push -f; then exit 1; fi\n```\n", 2, 1)]
    [InlineData("\ufeff```sh\r\ngit push -f\r\n```\r\n", 2, 1)]
    [InlineData("```sh\ngit push -f\n", 2, 1)]
    public void Command_InABlock_IsFoundAtItsPlace(string text, int line, int column)
    {
        var finding = Assert.Single(Checked.Text("a.md", text.TrimStart('\ufeff')));

        Assert.Equal(("git-push-force", line), (finding.Rule, finding.Line));
        Assert.InRange(finding.Column, column - 5, column + 20);
    }

    [Theory]
    [InlineData("Never run `git push -f` here.\n\n```sh\ngit status\n```\n")]
    [InlineData("# git push -f\n\n```sh\ngit status\n```\n")]
    [InlineData("```sh\n# git push -f\n```\n")]
    [InlineData("```sh\necho 'git push -f'\n```\n")]
    [InlineData("```python\ngit push -f\n```\n")]
    [InlineData("```console\n$ git status\ngit push -f\n```\n")]
    [InlineData("```sh\ncat <<EOF > push.sh\ngit push -f\nEOF\n```\n")]
    [InlineData("```json\n{ \"rollback\": true }\n```\n")]
    public void Text_ThatIsNoCommand_IsLeftAlone(string text) => Assert.Empty(Checked.Text("a.md", text));

    [Fact]
    public void VercelJson_InABlockThatIsNamedSo_IsRead() => Assert.Equal(["4 vercel-json-rollback"],
        Checked.Text("a.md", "In `vercel.json`:\n```json\n{\n  \"rollback\": {}\n}\n```\n").Places());

    [Fact]
    public void Workflow_InABlock_IsReadWithItsPlaces() => Assert.Equal(["6 git-push-force"],
        Checked.Text("a.md", "```yaml\njobs:\n  a:\n    steps:\n      - run: |\n          git push -f\n```\n").Places());

    [Fact]
    public void Docs_OfThisRepository_HaveNothingWrong()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "RollbackTools.psd1")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        string[] files = ["README.md", "CHANGELOG.md", .. Directory.GetFiles(Path.Combine(root, "docs", "en-US"), "*.md"),
            .. Directory.GetFiles(Path.Combine(root, "en-US"), "*.txt"), .. Directory.GetFiles(Path.Combine(root, "bench"), "*.md")];

        Assert.All(files, file => Assert.Empty(Checked.Text(Path.GetFileName(file), File.ReadAllText(Path.Combine(root, file)))));
    }
}
