using System.Management.Automation;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RollbackTools.Shell.Terminal;

/// <summary>
/// The progress bars at the bottom of the terminal; not thread-safe, <see cref="TerminalOutput"/> guards it.
/// </summary>
internal sealed class ProgressPane(ConsoleStream stream)
{
    private const int MaximumLines = 6;

    // Faster than the eye; a change of wording is shown at once, because the step it names may take long.
    private static readonly TimeSpan s_percentInterval = TimeSpan.FromMilliseconds(80);

    private readonly Dictionary<(long Source, int Activity), ProgressRecord> _records = [];
    private int _drawnLines;
    private int _suspended;
    private long _drawnAt;

    /// <summary>Takes a record in.</summary>
    public void Update(long source, ProgressRecord record)
    {
        var key = (source, record.ActivityId);
        if (record.RecordType == ProgressRecordType.Completed)
        {
            if (_records.Remove(key))
            {
                Redraw();
            }

            return;
        }

        var isNewWording = !_records.TryGetValue(key, out var last)
            || last.Activity != record.Activity
            || last.StatusDescription != record.StatusDescription
            || last.CurrentOperation != record.CurrentOperation;
        _records[key] = Copy(record);
        if (isNewWording || TimeProvider.System.GetElapsedTime(_drawnAt) >= s_percentInterval)
        {
            Redraw();
        }
    }

    /// <summary>Takes the pane off the screen; the cursor is where it was without it.</summary>
    public void Erase()
    {
        if (_drawnLines == 0)
        {
            return;
        }

        var lines = _drawnLines;
        _drawnLines = 0;
        stream.Control(writer => writer.CursorUp(lines).CursorHorizontalAbsolute(1).EraseInDisplay(0));
    }

    /// <summary>Puts the pane below the last line, if there is something to show and room for it.</summary>
    public void Draw()
    {
        if (_suspended > 0 || _records.Count == 0 || _drawnLines > 0 || !stream.IsAtLineStart)
        {
            return;
        }

        var console = stream.Console;
        var room = Math.Min(MaximumLines, console.Profile.Height - 2);
        var bars = new Rows(_records.Values
            .OrderBy(record => record.ParentActivityId)
            .ThenBy(record => record.ActivityId)
            .Take(Math.Max(room, 1))
            .Select(record => (IRenderable)new ProgressLine(record)));
        var lines = Segment.SplitLines(bars.GetSegments(console)).Count;
        console.Write(bars);
        _drawnLines = lines;
        _drawnAt = TimeProvider.System.GetTimestamp();
    }

    /// <summary>Hides the pane until <see cref="Resume"/>.</summary>
    public void Suspend()
    {
        _suspended++;
        Erase();
    }

    /// <summary>Ends one <see cref="Suspend"/>.</summary>
    public void Resume()
    {
        _suspended = Math.Max(_suspended - 1, 0);
        Draw();
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        _records.Clear();
        _suspended = 0;
        Erase();
    }

    private void Redraw()
    {
        Erase();
        Draw();
    }

    // A cmdlet may change and send the same record again.
    private static ProgressRecord Copy(ProgressRecord record) =>
        new(record.ActivityId, record.Activity, record.StatusDescription)
        {
            CurrentOperation = record.CurrentOperation,
            ParentActivityId = record.ParentActivityId,
            PercentComplete = record.PercentComplete,
            SecondsRemaining = record.SecondsRemaining,
        };
}
