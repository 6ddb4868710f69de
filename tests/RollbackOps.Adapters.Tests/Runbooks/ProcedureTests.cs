using RollbackOps.Runbooks;

namespace RollbackOps.Adapters.Tests.Runbooks;

/// <summary>A team's own procedure, copied from a rendered page.</summary>
public sealed class ProcedureTests
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Runbooks", "rollback-procedures.txt"));

    private static readonly string[] s_expected =
    [
        "98 vercel-json-rollback",
        "116 vercel-logs-deploys",
        "119 curl-health-without-fail",
        "122 unknown-option",
        "160 unknown-option",
        "180 git-second-commit",
        "187 unknown-option",
        "192 git-checkout-detaches",
        "198 git-push-force",
        "201 vercel-logs-deploys",
        "201 unknown-option",
        "207 curl-health-without-fail",
        "212 curl-health-without-fail",
        "220 npm-option-swallowed",
        "226 vercel-logs-deploys",
        "235 npm-option-swallowed",
        "246 git-lease-without-value",
        "287 npm-option-swallowed",
        "290 npm-option-swallowed",
    ];

    [Theory]
    [InlineData("procedures.txt")]
    [InlineData("PROCEDURES.md")]
    public void Procedure_AsItWasCopied_IsFoundOutLineByLine(string name) =>
        Assert.Equal(s_expected, Checked.Text(name, s_text).Places());

    [Fact]
    public void Procedure_WithWindowsLineBreaks_IsTheSame() =>
        Assert.Equal(s_expected, Checked.Text("procedures.txt", s_text.Replace("\n", "\r\n", StringComparison.Ordinal)).Places());

    [Fact]
    public void Procedure_AsMarkdownWithFences_IsTheSame()
    {
        // The same lines as its author wrote them: commands in fences, their comments with them.
        var lines = s_text.Split('\n');
        var written = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            var isCommand = i + 1 is (>= 115 and <= 122) or (>= 130 and <= 138) or (>= 159 and <= 172) or (>= 176 and <= 187)
                or (>= 191 and <= 207) or (>= 211 and <= 226) or (>= 230 and <= 246) or (>= 280 and <= 299);
            written.Add(isCommand ? $"```bash\n{lines[i]}" : lines[i]);
            for (; isCommand && lines[i + 1].Trim() is not "" || (isCommand && lines[i + 2].StartsWith('#')); i++)
            {
                written.Add(lines[i + 1]);
            }

            written.AddRange(isCommand ? ["```"] : []);
        }

        var found = Checked.Text("PROCEDURES.md", string.Join('\n', written));

        Assert.Equal(
            s_expected.Skip(1).Select(expected => expected.Split(' ')[1]),
            found.Rules().Where(rule => rule != "vercel-json-rollback"));
    }

    [Fact]
    public void Procedure_BesideItsPackage_NamesTheScriptsThatAreMissing()
    {
        var package = PackageScripts.Of("package.json", """{ "scripts": { "deploy:rollback": "x", "db:restore": "x", "test": "x" } }""");

        var missing = Checked.Text("procedures.txt", s_text, package).Where(finding => finding.Rule == "npm-script-missing");

        Assert.Equal([220, 223, 235, 281, 284, 287, 293, 296], missing.Select(finding => finding.Line));
    }

    [Fact]
    public void Procedure_Findings_PointAtTheWordAndShowTheCommand()
    {
        var found = Checked.Text("procedures.txt", s_text);

        Assert.All(found, finding => Assert.InRange(finding.Column, 1, s_text.Split('\n')[finding.Line - 1].Length));
        var option = found.Single(finding => finding is { Line: 122 });
        Assert.Equal(("vercel list --production", 13), (option.Command, option.Column));
        Assert.Contains("vercel list --prod", option.Instead, StringComparison.Ordinal);
        Assert.Contains("60.1.3", option.Versions, StringComparison.Ordinal);
        Assert.Equal(19, found.Single(finding => finding.Rule == "git-second-commit").Column);
    }
}
