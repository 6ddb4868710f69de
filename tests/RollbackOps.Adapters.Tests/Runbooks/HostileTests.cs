using System.Diagnostics;

namespace RollbackOps.Adapters.Tests.Runbooks;

/// <summary>Texts that are made to break a reader: none takes long, and nothing in them acts.</summary>
public sealed class HostileTests
{
    private const int Large = 1_000_000;

    // A reader that is not of one pass takes minutes on these; the limit is far from what a slow machine needs.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Openings =>
    [
        "'", "\"", "`", "$(", "(", "${", "${{", "<a", "<<E\n", "\\\n", "git push \"", "git push '\n", "| ", "&& ", "git push $(", "curl <", "{", "> ", "- ", "```\n",
        "~~~", "    ", "[", "*", "npm run x --a=", "vercel --prod --logs\n", "VAR=", "a: &a [*a, ", "? ", "!!x ", "\0", "\u001b[2J", "\ud800", "-",
    ];

    [Theory]
    [MemberData(nameof(Openings))]
    public void Text_OfOneThingOverAndOver_IsReadInOnePass(string opening)
    {
        var text = string.Concat(Enumerable.Repeat(opening, Large / 5 / opening.Length));
        var watch = Stopwatch.StartNew();

        foreach (var name in new[] { "a.sh", "a.md", "a.txt", "a.yml", "vercel.json" })
        {
            Checked.Text(name, "git status\n" + text);
        }

        Assert.True(watch.Elapsed < s_limit, $"{watch.Elapsed}");
    }

    [Fact]
    public void Yaml_OfAliasesOfAliases_DoesNotGrow()
    {
        var bomb = "a: &a [x, x]\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{(char)('b' + (i % 20))}{i}: &n{i} [*{(i == 0 ? "a" : $"n{i - 1}")}, *{(i == 0 ? "a" : $"n{i - 1}")}]\n"));

        Assert.Empty(Checked.Text("a.yml", bomb));
    }

    [Fact]
    public void Yaml_NestedWithoutEnd_IsNamedUnreadable() => Assert.Equal(["workflow-unreadable"],
        Checked.Text("a.yml", "jobs: " + new string('[', 100_000)).Rules());

    [Fact]
    public void Yaml_WhoseKeysAreNodes_KeepsItsWay() => Assert.Equal(["8 git-push-force"],
        Checked.Text("a.yml", "x: &x y\n*x : 1\n? [a, b]\n: {c: d}\njobs:\n  a:\n    steps:\n      - run: git push -f\n").Places());

    [Fact]
    public void Command_WithEscapesOfATerminal_IsShownInert()
    {
        var finding = Checked.Text("a.sh", "git push -f 'x\u001b]0;owned\u0007\u202e'\n").Single();

        Assert.DoesNotContain(finding.Command, character => char.IsControl(character) || character == '\u202e');
        Assert.Contains("<U+001B>", finding.Command, StringComparison.Ordinal);
    }

    [Fact]
    public void Option_WithEscapesOfATerminal_IsShownInert() => Assert.All(
        Checked.Text("a.sh", "git push --\u001b[2Jx\nnpm run x --\u009b2J=1\ngit \u001b[31m\n"),
        finding => Assert.DoesNotContain($"{finding.Title}{finding.Does}{finding.Instead}{finding.Command}", char.IsControl));

    [Fact]
    public void Command_OfAHugeLine_IsShownShort() => Assert.InRange(
        Checked.Text("a.sh", $"git push -f {new string('x', Large)}\n").Single().Command.Length, 10, 250);

    [Theory]
    [InlineData("git push -f 'unclosed\ngit push -f\n")]
    [InlineData("echo it's\ngit push -f\n")]
    public void Quote_ThatIsNotClosed_SwallowsOnlyItsLine(string text) =>
        Assert.Contains("2 git-push-force", Checked.Text("a.sh", text).Places());

    [Theory]
    [InlineData("cat <<EOF\ngit push -f\n")]
    [InlineData("{ \"cleanUrls\": true, // why\n}")]
    public void Text_CutOff_IsReadAsFarAsItGoes(string text) => Assert.NotNull(Checked.Text("a.sh", text));

    [Fact]
    public void VercelJson_WithCommentsAndTrailingCommas_IsRead() => Assert.Equal(["3 vercel-json-rollback"],
        Checked.Text("vercel.json", "{\n  // ours\n  \"rollback\": { \"enabled\": true, },\n}\n").Places());

    [Fact]
    public void Runbook_OfAMegabyte_IsReadInOnePass()
    {
        var once = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Runbooks", "rollback-procedures.txt"));
        var text = string.Concat(Enumerable.Repeat(once, Large / once.Length));
        var watch = Stopwatch.StartNew();

        var found = Checked.Text("a.txt", text);

        Assert.Equal(19 * (Large / once.Length), found.Count);
        Assert.True(watch.Elapsed < s_limit, $"{watch.Elapsed}");
    }
}
