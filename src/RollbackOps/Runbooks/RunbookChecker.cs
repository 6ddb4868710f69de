using System.Text.RegularExpressions;

namespace RollbackOps.Runbooks;

/// <summary>Reads written procedures and says what their commands really do. Nothing in them is ever executed.</summary>
internal sealed partial class RunbookChecker(IRunbookReader reader, ToolVersions? tools = null)
{
    private static readonly HashSet<string> s_shells = ["sh", "bash", "shell", "zsh", "console", "shell-session", "sh-session", "terminal"];

    /// <summary>Finds what is to be said of one file.</summary>
    /// <param name="file">Its absolute path.</param>
    /// <param name="text">Its text.</param>
    /// <param name="scripts">The scripts of the package that it belongs to, or null.</param>
    public IReadOnlyList<RunbookFinding> Check(string file, string text, PackageScripts? scripts)
    {
        var findings = new FindingList(file, tools ?? ToolVersions.None);
        var judge = new CommandJudge(findings, scripts);
        var lines = RunbookText.Split(text);
        switch (Path.GetExtension(file).ToLowerInvariant())
        {
            case ".json":
                VercelJson.Judge(new RunbookText(lines), findings, isWholeFile: true);
                break;
            case ".yml" or ".yaml":
                WorkflowFile.Judge(reader.ReadYaml(text), Path.GetFileName(file), findings, judge);
                break;
            case ".sh" or ".bash":
                JudgeShell(lines, judge);
                break;
            case ".md" or ".markdown" when reader.ReadMarkdown(text) is { Count: > 0 } blocks:
                foreach (var block in blocks)
                {
                    JudgeBlock(block, lines, findings, judge);
                }

                break;
            default:
                JudgePlain(lines, findings, judge);
                break;
        }

        return findings.Ordered;
    }

    private void JudgeBlock(RunbookBlock block, IReadOnlyList<RunbookLine> lines, FindingList findings, CommandJudge judge)
    {
        if (s_shells.Contains(block.Language))
        {
            JudgeShell(block.Lines, judge);
        }
        else if (block.Language is "json" or "jsonc" or "json5")
        {
            if (block.Lines.Count > 0 && IsOfVercel(lines, block.Lines[0].Number - 2, block.Lines))
            {
                VercelJson.Judge(new RunbookText(block.Lines), findings, isWholeFile: false);
            }
        }
        else if (block.Language is "yml" or "yaml")
        {
            JudgeYamlBlock(block, findings, judge);
        }
        else if (block.Language is "" or "text" or "txt" or "plain" or "plaintext" or "powershell" or "pwsh" or "ps1")
        {
            JudgePlain(block.Lines, findings, judge);
        }
    }

    private void JudgeYamlBlock(RunbookBlock block, FindingList findings, CommandJudge judge)
    {
        var yaml = reader.ReadYaml(string.Join('\n', block.Lines.Select(line => line.Text)));
        if (yaml.Problem is not null || !yaml.Entries.Any(entry => entry.Path.Contains(".steps[", StringComparison.Ordinal)))
        {
            return;
        }

        // Places in the block become places in the file.
        (int Number, int Column) Place(int line, int column) => line >= 1 && line <= block.Lines.Count
            ? (block.Lines[line - 1].Number, block.Lines[line - 1].Column + column - 1)
            : (line, column);

        var placed = yaml.Entries.Select(entry => entry with
        {
            Line = Place(entry.Line, entry.Column).Number,
            Column = Place(entry.Line, entry.Column).Column,
            Lines = [.. entry.Lines.Select(line => new RunbookLine(Place(line.Number, line.Column).Number, Place(line.Number, line.Column).Column, line.Text))],
        });
        WorkflowFile.Judge(yaml with { Entries = [.. placed] }, string.Empty, findings, judge);
    }

    private static void JudgeShell(IReadOnlyList<RunbookLine> lines, CommandJudge judge)
    {
        var text = new RunbookText(lines);
        var lexer = new ShellLexer(text.Text);
        var commands = new List<ShellCommand>();
        var prompts = lines.Select(line => Prompt().Match(line.Text)).ToList();
        if (!prompts.Exists(prompt => prompt.Success))
        {
            lexer.Read(0, oneLine: false, commands);
        }

        // With prompts in a block, everything else in it is what the programs said.
        for (var i = 0; i < lines.Count && commands is not null; i++)
        {
            if (prompts[i].Success)
            {
                lexer.Read(text.StartOf(i) + prompts[i].Length, oneLine: true, commands);
            }
        }

        judge.Judge(text, commands!);
    }

    private static void JudgePlain(IReadOnlyList<RunbookLine> lines, FindingList findings, CommandJudge judge)
    {
        var taken = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Text.AsSpan().Trim() is "{" && IsOfVercel(lines, i - 1, within: []) && BlockEnd(lines, i) is var end and > 0)
            {
                var block = new RunbookText([.. lines.Skip(i).Take(end - i + 1)]);
                VercelJson.Judge(block, findings, isWholeFile: false);
                Array.Fill(taken, value: true, i, end - i + 1);
                i = end;
            }
        }

        var text = new RunbookText(lines);
        judge.Judge(text, PlainCommands.Read(text, i => taken[i]));
    }

    /// <summary>Whether one of the three lines before a block, or the block itself, names vercel.json.</summary>
    private static bool IsOfVercel(IReadOnlyList<RunbookLine> lines, int before, IReadOnlyList<RunbookLine> within)
    {
        const int Near = 3;
        for (var (i, seen) = (Math.Min(before, lines.Count - 1), 0); i >= 0 && seen < Near; i--)
        {
            if (lines[i].Text.Contains("vercel.json", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }

            seen += string.IsNullOrWhiteSpace(lines[i].Text) ? 0 : 1;
        }

        return within.Take(Near).Any(line => line.Text.Contains("vercel.json", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The line on which braces that open on one line are closed; 0 when they are not within reach.</summary>
    private static int BlockEnd(IReadOnlyList<RunbookLine> lines, int start)
    {
        const int Reach = 400;
        var depth = 0;
        for (var i = start; i < Math.Min(lines.Count, start + Reach); i++)
        {
            depth += lines[i].Text.Count(c => c == '{') - lines[i].Text.Count(c => c == '}');
            if (depth <= 0)
            {
                return i;
            }
        }

        return 0;
    }

    [GeneratedRegex(@"^\s*(?:(?:[\w.-]+@[\w.-]+:[^\s$#]*)?[$%❯]|PS [^>\s]{0,200}>)\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Prompt();
}
