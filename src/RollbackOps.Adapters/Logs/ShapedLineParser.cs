namespace RollbackOps.Adapters.Logs;

/// <summary>
/// Reads lines of JSON: first as one built like those before it, then by the grammar, which then makes the shape known.
/// Gives what <see cref="JsonLineParser"/> alone gives, sooner.
/// </summary>
internal sealed unsafe class ShapedLineParser
{
    private const int MostShapes = 4;

    /// <summary>Learning costs about four parsed lines; a log without a usual shape pays for it once in so many lines.</summary>
    private const int LinesPerShape = 64;

    private readonly JsonLineParser _parser;
    private readonly LineShape?[] _shapes = new LineShape?[MostShapes];
    private int _next;
    private long _credit = MostShapes * LinesPerShape;

    public ShapedLineParser(JsonLineParser parser) => _parser = parser;

    /// <summary>As <see cref="JsonLineParser.TryParse"/>.</summary>
    public bool TryParse(byte* line, int length, ulong* quotes, bool isPlain, LogLine target)
    {
        if (!isPlain)
        {
            return _parser.TryParse(line, length, quotes, isPlain, target);
        }

        for (var i = 0; i < MostShapes && _shapes[i] is { } shape; i++)
        {
            target.Clear();
            if (shape.TryRead(line, length, quotes, target))
            {
                // The usual one to the front, one place at a time.
                (_shapes[i], _shapes[Math.Max(0, i - 1)]) = (_shapes[Math.Max(0, i - 1)], shape);
                _credit++;
                return true;
            }
        }

        var isObject = _parser.TryParse(line, length, quotes, isPlain, target);
        if (isObject && _credit++ >= LinesPerShape)
        {
            _credit -= LinesPerShape;
            Learn(line, length, quotes, target);
        }

        return isObject;
    }

    private void Learn(byte* line, int length, ulong* quotes, LogLine parsed)
    {
        if (LineShape.Of(line, length, quotes, parsed) is { } shape)
        {
            // The usual ones stay in front; the others take turns in the last places.
            var at = Array.IndexOf(_shapes, null);
            _shapes[at >= 0 ? at : (MostShapes / 2) + (_next++ % (MostShapes / 2))] = shape;
        }
    }
}
