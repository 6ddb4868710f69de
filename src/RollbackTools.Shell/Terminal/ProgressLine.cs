using System.Management.Automation;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RollbackTools.Shell.Terminal;

/// <summary>One progress record on one line: activity, bar, percentage, status.</summary>
internal sealed class ProgressLine : Renderable
{
    private const int BarWidth = 24;
    private const int LastColumn = 1;

    private readonly ProgressRecord _record;

    public ProgressLine(ProgressRecord record)
    {
        _record = record;
    }

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        // The last column stays free: a terminal that wraps there would make the line two.
        var room = maxWidth - LastColumn;
        var line = new List<Segment>
        {
            new(_record.ParentActivityId >= 0 ? "  " : ""),
            new(OneLine(_record.Activity), new Style(Color.Aqua)),
            new("  "),
        };
        if (_record.PercentComplete is >= 0 and <= 100 && room > BarWidth * 3)
        {
            line.AddRange(Bar(options));
            line.Add(new Segment($" {_record.PercentComplete,3} %  "));
        }

        line.Add(new Segment(OneLine(_record.StatusDescription)));
        if (!string.IsNullOrWhiteSpace(_record.CurrentOperation))
        {
            line.Add(new Segment($": {OneLine(_record.CurrentOperation)}", new Style(decoration: Decoration.Dim)));
        }

        if (_record.SecondsRemaining > 0)
        {
            line.Add(new Segment($"  {_record.SecondsRemaining} s left", new Style(decoration: Decoration.Dim)));
        }

        return [.. Segment.Truncate(line, room), Segment.LineBreak];
    }

    private IEnumerable<Segment> Bar(RenderOptions options)
    {
        var task = new ProgressTask(id: 0, "bar", maxValue: 100) { Value = _record.PercentComplete };
        var column = new ProgressBarColumn { Width = BarWidth };
        return column.Render(options, task, TimeSpan.Zero).Render(options, BarWidth).Where(part => !part.IsLineBreak);
    }

    private static string OneLine(string? text) =>
        string.Concat((text ?? "").Select(character => char.IsControl(character) ? ' ' : character));
}
