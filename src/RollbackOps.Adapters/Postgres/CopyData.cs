namespace RollbackOps.Adapters.Postgres;

/// <summary>The lines behind a <c>COPY … FROM stdin</c>, up to the one that ends them, as psql finds it.</summary>
internal sealed class CopyData
{
    private Place _place;
    private int _matched;

    private enum Place
    {
        // Still in the line of the statement.
        Head,

        // At the begin of a line, or in what may turn out to be its last one.
        Line,
        Rest,
    }

    /// <summary>Whether it stands behind an end that no line break follows.</summary>
    public bool IsAtEnd => _place == Place.Line && _matched >= 2;

    /// <summary>Begins behind the statement's semicolon.</summary>
    public void Begin() => _place = Place.Head;

    /// <summary>Reads on.</summary>
    /// <returns>
    /// <see cref="SqlTokenKind.CopyEnd"/>; <see cref="SqlTokenKind.Unclear"/> where the statement's line goes on, which psql
    /// reads only after the data; null at the end of the piece.
    /// </returns>
    public SqlTokenKind? Read(ReadOnlySpan<byte> piece, ref int at)
    {
        while (at < piece.Length)
        {
            switch (_place)
            {
                case Place.Head when piece[at] == '\n':
                    at++;
                    (_place, _matched) = (Place.Line, 0);
                    break;
                case Place.Head when !SqlCharacters.IsSpace(piece[at]):
                    return SqlTokenKind.Unclear;
                case Place.Head:
                    at++;
                    break;
                case Place.Line when (_matched, piece[at]) is (0, (byte)'\\') or (1, (byte)'.') or (2, (byte)'\r'):
                    at++;
                    _matched++;
                    break;
                case Place.Line when IsAtEnd && piece[at] == '\n':
                    at++;
                    return SqlTokenKind.CopyEnd;
                default:
                    Skip(piece, ref at);
                    break;
            }
        }

        return null;
    }

    /// <summary>To the next line that begins with a backslash.</summary>
    private void Skip(ReadOnlySpan<byte> piece, ref int at)
    {
        var end = piece[at..].IndexOf("\n\\"u8);
        at = end < 0 ? piece.Length : at + end + 1;
        (_place, _matched) = (piece[at - 1] == '\n' ? Place.Line : Place.Rest, 0);
    }
}
