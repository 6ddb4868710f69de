using System.Text.RegularExpressions;

namespace RollbackOps.Runbooks;

/// <summary>Reads a workflow of GitHub Actions: the commands of its steps, and what keeps a rollback from running.</summary>
internal static partial class WorkflowFile
{
    /// <summary>Adds what is to be said of it.</summary>
    public static void Judge(YamlReading yaml, string name, FindingList findings, CommandJudge judge)
    {
        if (yaml.Problem is { } problem)
        {
            findings.Add(RunbookRules.Get("workflow-unreadable"), (yaml.ProblemLine, 1), name, problem);
        }

        var title = yaml.Entries.FirstOrDefault(entry => entry.Path == "name")?.Value ?? string.Empty;
        var isRollback = $"{name} {title}".Contains("rollback", StringComparison.OrdinalIgnoreCase)
            || title.Contains("roll back", StringComparison.OrdinalIgnoreCase);
        var fullHistory = yaml.Entries.Where(entry => entry.Path.EndsWith(".with.fetch-depth", StringComparison.Ordinal) && entry.Value == "0")
            .Select(entry => Job(entry.Path)).ToHashSet(StringComparer.Ordinal);
        var checkouts = yaml.Entries.Where(entry => entry.Path.EndsWith(".uses", StringComparison.Ordinal)
            && entry.Value.StartsWith("actions/checkout@", StringComparison.Ordinal)).Select(entry => Job(entry.Path)).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in yaml.Entries)
        {
            var place = (entry.Line, entry.Column);
            if (Run().IsMatch(entry.Path))
            {
                var isShallow = checkouts.Contains(Job(entry.Path)) && !fullHistory.Contains(Job(entry.Path));
                JudgeStep(entry, isShallow, findings, judge);
            }
            else if (ConcurrencyGroup().IsMatch(entry.Path) && isRollback && entry.Value.Contains("deploy", StringComparison.OrdinalIgnoreCase))
            {
                findings.Add(RunbookRules.Get("workflow-shared-concurrency"), place, $"concurrency: {entry.Value}", entry.Value);
            }
            else if (ContinueOnError().IsMatch(entry.Path) && entry.Value == "true")
            {
                findings.Add(RunbookRules.Get("workflow-continue-on-error"), place, "continue-on-error: true");
            }
        }
    }

    private static void JudgeStep(YamlEntry entry, bool isShallow, FindingList findings, CommandJudge judge)
    {
        var lines = entry.Lines.Count > 0 ? entry.Lines : [new RunbookLine(entry.Line, entry.Column, entry.Value)];
        var text = new RunbookText(lines);
        var commands = new List<ShellCommand>();
        new ShellLexer(text.Text).Read(0, oneLine: false, commands);
        judge.Judge(text, commands);
        foreach (var command in commands.Select(CommandLine.Of).OfType<CommandLine>().Where(_ => isShallow))
        {
            if (command.Program.Name == "git" && NeedsHistory().IsMatch(command.Shell.Text))
            {
                findings.Add(RunbookRules.Get("workflow-shallow-history"), text.PlaceAt(command.Shell.Start), command.Shell.Text);
            }
        }

        foreach (Match match in Foreign().Matches(text.Text))
        {
            findings.Add(RunbookRules.Get("workflow-script-injection"), text.PlaceAt(match.Index), match.Value, match.Groups[1].Value);
        }
    }

    private static string Job(string path)
    {
        var end = path.IndexOf(".steps[", StringComparison.Ordinal);
        return end < 0 ? path : path[..end];
    }

    [GeneratedRegex(@"\.steps\[\d+\]\.run$", RegexOptions.CultureInvariant)]
    private static partial Regex Run();

    [GeneratedRegex(@"^(?:jobs\.[^.]+\.)?concurrency(?:\.group)?$", RegexOptions.CultureInvariant)]
    private static partial Regex ConcurrencyGroup();

    [GeneratedRegex(@"^jobs\.[^.]+\.(?:steps\[\d+\]\.)?continue-on-error$", RegexOptions.CultureInvariant)]
    private static partial Regex ContinueOnError();

    [GeneratedRegex(@"^git (?:log|revert|rev-list|describe|bisect)\b|HEAD[~^]|^git (?:checkout|reset|show) .*(?:\$\{?\w*(?:COMMIT|SHA)|[0-9a-f]{40})",
        RegexOptions.CultureInvariant)]
    private static partial Regex NeedsHistory();

    /// <summary>What a stranger or a person typing a form decides, pasted into a script.</summary>
    [GeneratedRegex(@"\$\{\{[^}\n]{0,80}?\b(inputs\.[\w-]{1,80}|github\.event\.inputs\.[\w-]{1,80}|github\.head_ref|github\.event\.(?:issue|pull_request|comment|head_commit|commits)[\w.\[\]*-]{0,80})[^}\n]{0,80}\}\}",
        RegexOptions.CultureInvariant)]
    private static partial Regex Foreign();
}
