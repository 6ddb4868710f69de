namespace RollbackOps.Runbooks;

/// <summary>Lines of a file as one text, and the way back from a place in it to line and column.</summary>
internal sealed class RunbookText
{
    private readonly IReadOnlyList<RunbookLine> _lines;
    private readonly int[] _starts;

    /// <summary>Joins the lines.</summary>
    public RunbookText(IReadOnlyList<RunbookLine> lines)
    {
        _lines = lines;
        _starts = new int[lines.Count];
        var at = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            _starts[i] = at;
            at += lines[i].Text.Length + 1;
        }

        Text = string.Join('\n', lines.Select(line => line.Text));
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>Its lines.</summary>
    public IReadOnlyList<RunbookLine> Lines => _lines;

    /// <summary>Where a line begins in the text.</summary>
    public int StartOf(int index) => _starts[index];

    /// <summary>The index of the line that a place is in.</summary>
    public int IndexAt(int offset)
    {
        var found = Array.BinarySearch(_starts, offset);
        return found >= 0 ? found : Math.Max(~found - 1, 0);
    }

    /// <summary>Line and column in the file.</summary>
    public (int Line, int Column) PlaceAt(int offset)
    {
        var index = IndexAt(offset);
        return index < _lines.Count ? (_lines[index].Number, _lines[index].Column + offset - _starts[index]) : (1, 1);
    }

    /// <summary>The lines of a file; every kind of line break ends one.</summary>
    public static IReadOnlyList<RunbookLine> Split(string text)
    {
        var lines = new List<RunbookLine>();
        var start = 0;
        while (start <= text.Length)
        {
            var length = text.AsSpan(start).IndexOfAny('\r', '\n');
            var end = length < 0 ? text.Length : start + length;
            lines.Add(new RunbookLine(lines.Count + 1, 1, text[start..end]));
            start = end + (end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1);
        }

        return lines;
    }
}
