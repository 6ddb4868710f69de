using RollbackOps.Configuration;

namespace RollbackOps.Runbooks;

/// <summary>Holds commands against the rules.</summary>
internal sealed class CommandJudge(FindingList findings, PackageScripts? scripts)
{
    private static readonly HashSet<string> s_scriptCommands = ["run", "test", "start", "stop", "restart"];

    /// <summary>Adds what is to be said of the commands of one text.</summary>
    public void Judge(RunbookText text, IEnumerable<ShellCommand> commands)
    {
        foreach (var command in commands)
        {
            if (CommandLine.Of(command) is { } line)
            {
                Judge(line, text);
            }
        }
    }

    private void Judge(CommandLine line, RunbookText text)
    {
        var place = text.PlaceAt(line.Shell.Start);
        var shown = text.Text[line.Shell.Start..Math.Max(line.Shell.End, line.Shell.Start)];
        foreach (var rule in RunbookRules.Of(line.Program.Name))
        {
            if (rule.Conditions.Count > 0 && rule.Finds(line))
            {
                findings.Add(rule, place, shown);
            }
        }

        var program = line.Program;
        if (line.UnknownCommand is { } unknown)
        {
            var near = NearestName.Find(unknown.Value, program.Subcommands.Keys.Where(name => !name.Contains(' ')));
            findings.Add(RunbookRules.Get("unknown-subcommand"), place, shown,
                program.Name, program.Version, unknown.Value, near is null ? string.Empty : $" Did you mean {near}?", program.Source);
        }

        if (program.Name == "npm")
        {
            JudgeScript(line, place, shown);
            return;
        }

        foreach (var option in line.UnknownOptions)
        {
            var known = program.Subcommands.TryGetValue(line.Command, out var found) ? found.Options : program.Globals;
            var near = known is null ? null : NearestName.Find(option.Value, known.Names);
            var called = line.IsImplicit || line.Command.Length == 0 ? program.Name : $"{program.Name} {line.Command}";
            var rule = RunbookRules.Get("unknown-option");
            var instead = rule.Hints.TryGetValue($"{called} {option.Value}", out var hint) ? hint
                : near is not null ? $"{called} {near}, if that is meant"
                : $"An option that {called} --help names";
            findings.Add(rule, text.PlaceAt(option.Start), shown,
                option.Value, called, program.Name, program.Version, near is null ? string.Empty : $" Did you mean {near}?", program.Source, instead);
        }
    }

    private void JudgeScript(CommandLine line, (int Line, int Column) place, string shown)
    {
        if (!s_scriptCommands.Contains(line.Command))
        {
            return;
        }

        var script = line.Command == "run" ? line.Arguments.FirstOrDefault() : line.Command;
        if (line.UnknownOptions.Count > 0)
        {
            findings.Add(RunbookRules.Get("npm-option-swallowed"), place, shown,
                string.Join(' ', line.UnknownOptions.Select(option => option.Value)), script ?? "x");
        }

        if (scripts is not null && line.Command is "run" or "test" or "stop" && script is not null && !script.Contains('$') && !script.Contains('<')
            && !line.Has("--prefix -C --workspace -w --workspaces") && !scripts!.Has(script))
        {
            findings.Add(RunbookRules.Get("npm-script-missing"), place, shown, script, scripts.Path);
        }
    }
}
