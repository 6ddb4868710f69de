using System.Globalization;
using System.Text;

namespace RollbackTools.Help;

/// <summary>A page per cmdlet and an index, in GitHub's Markdown.</summary>
internal sealed class MarkdownPages
{
    private const string Notice =
        "<!-- Made from the cmdlets' XML comments by build/RollbackTools.Help: change those. -->\n\n";

    private readonly IReadOnlyList<CommandHelp> _commands;

    public MarkdownPages(IReadOnlyList<CommandHelp> commands) => _commands = commands;

    /// <summary>The table of contents.</summary>
    public string Index()
    {
        var text = new StringBuilder(Notice).Append("# The cmdlets of RollbackTools\n\n");
        text.Append("The same help is at the prompt: `Get-Help Invoke-Rollback -Full`, `Get-Help about_RollbackTools`.\n");
        text.Append("In general: [about_RollbackTools](../../en-US/about_RollbackTools.help.txt),\n");
        text.Append("[about_RollbackTools_Configuration](../../en-US/about_RollbackTools_Configuration.help.txt),\n");
        text.Append("[about_RollbackTools_Drills](../../en-US/about_RollbackTools_Drills.help.txt),\n");
        text.Append("[about_RollbackTools_Logs](../../en-US/about_RollbackTools_Logs.help.txt),\n");
        text.Append("[about_RollbackTools_Notifications](../../en-US/about_RollbackTools_Notifications.help.txt),\n");
        text.Append("[about_RollbackTools_Platforms](../../en-US/about_RollbackTools_Platforms.help.txt),\n");
        text.Append("[about_RollbackTools_Runbooks](../../en-US/about_RollbackTools_Runbooks.help.txt) and\n");
        text.Append("[about_RollbackTools_Signals](../../en-US/about_RollbackTools_Signals.help.txt).\n\n");
        text.Append("| cmdlet | what it does |\n|---|---|\n");
        foreach (var command in _commands)
        {
            text.Append($"| [{command.Name}]({command.Name}.md) | {Cell(Inline(command.Synopsis, self: null))} |\n");
        }

        return text.ToString();
    }

    /// <summary>The page of one cmdlet.</summary>
    public string Page(CommandHelp command)
    {
        var text = new StringBuilder(Notice).Append($"# {command.Name}\n\n");
        Paragraphs(text, [command.Synopsis], command.Name);
        text.Append("## Syntax\n\n");
        foreach (var syntax in command.Syntaxes)
        {
            text.Append($"```text\n{SyntaxText.Of(command.Name, syntax)}\n```\n\n");
        }

        text.Append("## Description\n\n");
        Paragraphs(text, command.Description, command.Name);
        text.Append("## Examples\n\n");
        foreach (var example in command.Examples)
        {
            text.Append($"### {Inline(Prose.Of(example.Title), command.Name)}\n\n```powershell\n{example.Code}\n```\n\n");
            Paragraphs(text, example.Explanation, command.Name);
        }

        text.Append("## Parameters\n\n");
        foreach (var use in command.Parameters)
        {
            Parameter(text, use, command);
        }

        text.Append("The common parameters (`-Verbose`, `-ErrorAction` and so on) are those of every cmdlet.\n\n");
        Types(text, "Inputs", command.Inputs, command.Name);
        Types(text, "Outputs", command.Outputs, command.Name);
        if (command.Related.Count > 0)
        {
            text.Append("## Related\n\n");
            text.AppendJoin('\n', command.Related.Select(name => $"- [{name}]({name}.md)")).Append('\n');
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private void Parameter(StringBuilder text, ParameterUse use, CommandHelp command)
    {
        var parameter = use.Parameter;
        text.Append($"### `-{parameter.Name}`\n\n");
        Paragraphs(text, parameter.Description, command.Name);
        text.AppendJoin("; ", Facts(use, command)).Append(".\n\n");
    }

    /// <summary>What is not the rule: every parameter is optional, given by name and not from the pipeline.</summary>
    private IEnumerable<string> Facts(ParameterUse use, CommandHelp command)
    {
        var parameter = use.Parameter;
        yield return parameter.IsSwitch ? "Switch" : $"Type: `{parameter.Type}`";
        if (use.IsRequired)
        {
            yield return "required";
        }

        if (use.Position is { } position)
        {
            yield return $"position {position.ToString(CultureInfo.InvariantCulture)}";
        }

        if (use.IsByValue || use.IsByPropertyName)
        {
            yield return "from the pipeline " + string.Join(" and ",
                new[] { use.IsByValue ? "by value" : null, use.IsByPropertyName ? "by property name" : null }.OfType<string>());
        }

        if (parameter.AcceptsWildcards)
        {
            yield return "accepts wildcards";
        }

        if (parameter.Default is not ("None" or "False"))
        {
            yield return $"default: {Inline(Prose.Of(parameter.Default), command.Name)}";
        }

        var sets = command.Syntaxes.Where(set => set.Parameters.Any(one => one.Parameter.Name == parameter.Name)).ToList();
        if (sets.Count < command.Syntaxes.Count)
        {
            yield return $"in {string.Join(", ", sets.Select(set => set.Name))}";
        }
    }

    private void Types(StringBuilder text, string title, IReadOnlyList<TypeHelp> types, string self)
    {
        text.Append($"## {title}\n\n");
        foreach (var type in types)
        {
            var name = type.FullName == "None" ? "None" : $"`{type.FullName}`";
            text.Append(type.Description.IsEmpty ? $"- {name}\n" : $"- {name}: {Inline(type.Description, self)}\n");
        }

        text.Append('\n');
    }

    private void Paragraphs(StringBuilder text, IReadOnlyList<Prose> paragraphs, string self)
    {
        for (var i = 0; i < paragraphs.Count; i++)
        {
            var isInList = paragraphs[i].IsItem && i + 1 < paragraphs.Count && paragraphs[i + 1].IsItem;
            text.Append(paragraphs[i].IsItem ? "- " : "").Append(Inline(paragraphs[i], self)).Append(isInList ? "\n" : "\n\n");
        }
    }

    private string Inline(Prose prose, string? self) => MarkdownText.Of(prose, name =>
        name != self && _commands.Any(command => command.Name == name));

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
