using System.Globalization;
using RollbackOps.Runbooks;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace RollbackOps.Adapters.Runbooks;

/// <summary>
/// Walks through a YAML text event by event. Nothing is built and no alias is followed, so that a text cannot grow.
/// </summary>
internal sealed class YamlWalk(string text)
{
    private const int MaxDepth = 64;
    private const int MaxLength = 4 << 20;
    private const int MaxKey = 100;

    private readonly List<YamlEntry> _entries = [];
    private readonly Stack<Level> _levels = new();
    private readonly Lazy<IReadOnlyList<string>> _lines = new(() => text.ReplaceLineEndings("\n").Split('\n'));

    /// <summary>Reads up to the end, or to where it makes no more sense.</summary>
    public YamlReading Read()
    {
        if (text.Length > MaxLength)
        {
            return new YamlReading([], $"It is longer than {MaxLength >> 20} MiB.", 1);
        }

        var parser = new Parser(new StringReader(text));
        try
        {
            while (parser.MoveNext())
            {
                if (_levels.Count > MaxDepth)
                {
                    return new YamlReading(_entries, $"It is nested deeper than {MaxDepth} levels.", Line(parser.Current!.Start));
                }

                Take(parser.Current!);
            }

            return new YamlReading(_entries, null, 0);
        }
        catch (YamlException unreadable)
        {
            return new YamlReading(_entries, unreadable.Message, Line(unreadable.Start));
        }
    }

    private void Take(ParsingEvent now)
    {
        switch (now)
        {
            case MappingStart or SequenceStart:
                _levels.Push(new Level(Path(), now is MappingStart, IsKey()));
                break;
            case MappingEnd or SequenceEnd:
                End(_levels.Pop().IsKey);
                break;
            case AnchorAlias:
                End(IsKey());
                break;
            case Scalar scalar when IsKey():
                _levels.Peek().Key = scalar.Value.Length > MaxKey ? scalar.Value[..MaxKey] : scalar.Value;
                break;
            case Scalar scalar:
                _entries.Add(new YamlEntry(Path(), scalar.Value, Line(scalar.Start), (int)scalar.Start.Column, Lines(scalar)));
                End(isKey: false);
                break;
        }
    }

    private bool IsKey() => _levels.TryPeek(out var level) && level.IsMapping && level.Key is null;

    /// <summary>A node has ended: a key, which its value follows, or a value, which the next one follows.</summary>
    private void End(bool isKey)
    {
        if (_levels.TryPeek(out var level))
        {
            level.Key = isKey ? "?" : null;
            level.Index += isKey ? 0 : 1;
        }
    }

    private string Path()
    {
        if (!_levels.TryPeek(out var level))
        {
            return string.Empty;
        }

        return !level.IsMapping ? string.Create(CultureInfo.InvariantCulture, $"{level.Path}[{level.Index}]")
            : level.Path.Length == 0 ? level.Key ?? string.Empty
            : $"{level.Path}.{level.Key}";
    }

    /// <summary>The lines of a literal or folded text as the file has them; of another one, none.</summary>
    private List<RunbookLine> Lines(Scalar scalar)
    {
        var lines = new List<RunbookLine>();
        if (scalar.Style is not (ScalarStyle.Literal or ScalarStyle.Folded))
        {
            return lines;
        }

        var first = Line(scalar.Start);
        var last = Math.Min(Line(scalar.End), _lines.Value.Count);
        var indent = -1;
        for (var i = first; i < last; i++)
        {
            var line = _lines.Value[i];
            var spaces = line.Length - line.AsSpan().TrimStart(' ').Length;
            if (spaces < line.Length && indent < 0)
            {
                indent = spaces;
            }

            if (spaces < line.Length && spaces < indent)
            {
                break;
            }

            // Folded lines are one line to the shell.
            var content = line[Math.Min(Math.Max(indent, 0), line.Length)..];
            lines.Add(new RunbookLine(i + 1, Math.Max(indent, 0) + 1, scalar.Style == ScalarStyle.Folded && content.Length > 0 ? content + " \\" : content));
        }

        return lines;
    }

    private static int Line(Mark mark) => (int)mark.Line;

    private sealed class Level(string path, bool isMapping, bool isKey)
    {
        /// <summary>Whether it is itself the key of something.</summary>
        public bool IsKey { get; } = isKey;

        public string Path { get; } = path;

        public bool IsMapping { get; } = isMapping;

        public string? Key { get; set; }

        public int Index { get; set; }
    }
}
