namespace RollbackOps.Runbooks;

/// <summary>Collects what is found in one file.</summary>
internal sealed class FindingList(string file, ToolVersions tools)
{
    private const int ShownLength = 200;

    private readonly HashSet<(int, int, string)> _seen = [];
    private readonly List<RunbookFinding> _findings = [];

    /// <summary>The findings in the order of their places.</summary>
    public IReadOnlyList<RunbookFinding> Ordered =>
        [.. _findings.OrderBy(finding => finding.Line).ThenBy(finding => finding.Column)];

    /// <summary>Adds one; what a rule says of the case at hand goes into the places that it leaves for it.</summary>
    public void Add(RunbookRule rule, (int Line, int Column) place, string command, params string[] details)
    {
        if (tools.Judge(rule, Filled(rule.Versions, details)) is not { } versions || !_seen.Add((place.Line, place.Column, rule.Id)))
        {
            return;
        }

        _findings.Add(new RunbookFinding
        {
            File = file,
            Line = place.Line,
            Column = place.Column,
            Rule = rule.Id,
            Severity = rule.Severity,
            Command = Shown(command),
            Title = Filled(rule.Title, details),
            Does = Filled(rule.Does, details),
            Instead = Filled(rule.Instead, details),
            Source = Filled(rule.Source, details),
            Versions = versions,
        });
    }

    private static string Filled(string text, string[] details)
    {
        for (var i = 0; i < details.Length; i++)
        {
            text = text.Replace("{" + i + "}", Shown(details[i]), StringComparison.Ordinal);
        }

        return text;
    }

    private static string Shown(string text)
    {
        var cut = text.Length > ShownLength ? text[..ShownLength] + "…" : text;
        return Inert.Line(string.Join(' ', cut.Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)));
    }
}
