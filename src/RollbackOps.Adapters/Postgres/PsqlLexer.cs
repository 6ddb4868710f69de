using static RollbackOps.Adapters.Postgres.SqlCharacters;

namespace RollbackOps.Adapters.Postgres;

/// <summary>
/// Reads SQL as psql does (its src/fe_utils/psqlscan.l), piece by piece, wherever the pieces are cut: what psql takes for
/// quoted is what is quoted, and a statement ends where psql sends it. It expects <c>standard_conforming_strings</c> to be
/// on, and an encoding whose further bytes are never ASCII. Where psql and the server disagree it says so, rather than
/// following one of them.
/// </summary>
internal sealed class PsqlLexer
{
    private readonly TokenText _text = new();
    private readonly CopyData _copy = new();
    private readonly RoutineBody _routine = new();
    private State _state;
    private byte[] _tag = [];
    private int _matched;
    private int _commentDepth;
    private byte _before;
    private int _parentheses;
    private bool _isAfterEscapes;

    private enum State
    {
        Between, Word, Digits, Exponent, ExponentSign, Dash, Slash, Colon, ColonQuote, Variable, Dollar, Tag,
        Quoted, QuotedEnd, Escaped, EscapedBackslash, EscapedEnd, Named, NamedEnd, Body,
        LineComment, BlockComment, Command, Copy,
    }

    /// <summary>The line it is in, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>The line that the token read last begins in.</summary>
    public long TokenLine { get; private set; } = 1;

    /// <summary>How many lines say that a dump of pg_dump begins.</summary>
    public int Heads { get; private set; }

    /// <summary>How many lines say that a dump of pg_dump is complete.</summary>
    public int Tails { get; private set; }

    /// <summary>Whether the text may end here: between tokens, or in a comment that ends with its line.</summary>
    public bool IsBetween => _state is State.Between or State.LineComment;

    /// <summary>Whether it is in a comment or between tokens, so that no token has begun.</summary>
    public bool IsBlank => _state is State.Between or State.LineComment or State.BlockComment;

    /// <summary>
    /// The token read last: a word in lower case, a name after a double quote, a text after a quote (after <c>E'</c> where
    /// it has escapes), a command with its backslash. Cut after 4 KB, and then it ends with an ellipsis.
    /// </summary>
    public string Text { get; private set; } = string.Empty;

    /// <summary>Goes on in COPY's data after the statement's semicolon.</summary>
    public void EnterCopy()
    {
        _copy.Begin();
        _state = State.Copy;
    }

    /// <summary>Reads to the end of the next token.</summary>
    /// <param name="piece">A piece of the text.</param>
    /// <param name="at">Where to go on in it; where it stopped.</param>
    /// <param name="keepsText">Whether <see cref="Text"/> is wanted of quoted texts and numbers.</param>
    /// <param name="kind">What was found.</param>
    /// <returns>False at the end of the piece, maybe in the midst of a token.</returns>
    public bool TryRead(ReadOnlySpan<byte> piece, ref int at, bool keepsText, out SqlTokenKind kind)
    {
        while (at < piece.Length)
        {
            var found = Step(piece, ref at);
            if (found is { } token)
            {
                kind = token;
                Text = keepsText || kind is not (SqlTokenKind.Literal or SqlTokenKind.Number) ? Describe(kind) : string.Empty;
                _isAfterEscapes = kind == SqlTokenKind.Literal && _text.Bytes is [(byte)'E', ..];
                return true;
            }
        }

        kind = default;
        return false;
    }

    /// <summary>A command in the last line, where no line break ends it.</summary>
    public bool TryReadLast(out SqlTokenKind kind)
    {
        kind = _state == State.Command ? SqlTokenKind.Command : SqlTokenKind.CopyEnd;
        var isOpen = _state == State.Command || (_state == State.Copy && _copy.IsAtEnd);
        if (isOpen)
        {
            Text = Describe(kind);
            _state = State.Between;
        }
        else if (_state == State.LineComment)
        {
            EndComment();
        }

        return isOpen;
    }

    private SqlTokenKind? Step(ReadOnlySpan<byte> piece, ref int at)
    {
        var next = piece[at];
        switch (_state)
        {
            case State.Between:
                at++;
                return Begin(next);
            case State.Word:
                return IsPartOfWord(next) ? Keep(next, ref at) : EndWord(next, ref at);
            case State.Digits or State.Exponent or State.ExponentSign:
                return InNumber(next, ref at);
            case State.Dash when next == '-':
                return Enter(State.LineComment, ref at);
            case State.Slash when next == '*':
                _commentDepth = 1;
                return Enter(State.BlockComment, ref at);
            case State.Colon:
                return AfterColon(next, ref at);
            case State.ColonQuote:
                return AfterColonQuote(next);
            case State.Variable:
                return IsPartOfVariable(next) ? Keep(next, ref at)
                    : End(next is (byte)'$' or (byte)'\'' ? SqlTokenKind.Unclear : SqlTokenKind.Symbol);
            case State.Dollar or State.Tag:
                return InTag(next, ref at);
            case State.Quoted:
                return Through(piece, ref at, piece[at..].IndexOf((byte)'\''), State.QuotedEnd);
            case State.Escaped:
                return InEscaped(piece, ref at);
            case State.EscapedBackslash:
                CountLine(next);
                return Enter(State.Escaped, ref at);
            case State.Named:
                return Through(piece, ref at, piece[at..].IndexOf((byte)'"'), State.NamedEnd);
            case State.QuotedEnd:
                return next == '\'' ? KeepIn(State.Quoted, next, ref at) : End(SqlTokenKind.Literal);
            case State.EscapedEnd:
                return next == '\'' ? KeepIn(State.Escaped, next, ref at) : End(SqlTokenKind.Literal);
            case State.NamedEnd:
                return next == '"' ? KeepIn(State.Named, next, ref at) : End(SqlTokenKind.Name);
            case State.Body:
                return InBody(piece, ref at);
            case State.LineComment:
                return InLineComment(next, ref at);
            case State.BlockComment:
                return InBlockComment(next, ref at);
            case State.Command:
                return next == '\n' ? End(SqlTokenKind.Command) : Keep(next, ref at);
            case State.Copy:
                return InCopy(piece, ref at);
            default:
                return End(SqlTokenKind.Symbol);
        }
    }

    private SqlTokenKind? Begin(byte first)
    {
        CountLine(first);
        if (IsSpace(first))
        {
            return null;
        }

        TokenLine = Line;
        _text.Clear();
        _text.Add(first);
        (_state, var kind) = first switch
        {
            (byte)'\'' when _isAfterEscapes => (State.Between, SqlTokenKind.Unclear),
            (byte)'\'' => (State.Quoted, null),
            (byte)'"' => (State.Named, null),
            (byte)'$' => (State.Dollar, null),
            (byte)'-' => (State.Dash, null),
            (byte)'/' => (State.Slash, null),
            (byte)':' => (State.Colon, null),
            (byte)'\\' => (State.Command, null),
            >= (byte)'0' and <= (byte)'9' => (State.Digits, null),
            _ when IsStartOfWord(first) => (State.Word, null),
            _ => (State.Between, (SqlTokenKind?)SqlTokenKind.Symbol),
        };
        switch (first)
        {
            case (byte)'(':
                _parentheses++;
                break;
            case (byte)')' when _parentheses > 0:
                _parentheses--;
                break;
            case (byte)';' when _parentheses == 0 && !_routine.IsInside:
                _routine.Reset();
                return SqlTokenKind.End;
        }

        return kind;
    }

    private SqlTokenKind? EndWord(byte next, ref int at)
    {
        if (next == '\'' && _text.Bytes is [(byte)'e' or (byte)'E'])
        {
            _text.Bytes[0] = (byte)'E';
            return KeepIn(State.Escaped, next, ref at);
        }

        _routine.Take(_text.Bytes, _parentheses);
        return End(SqlTokenKind.Word);
    }

    /// <summary>A number that runs into a word is two tokens to some versions, and to others none.</summary>
    private SqlTokenKind? InNumber(byte next, ref int at)
    {
        var isDigit = IsDigit(next);
        switch (_state)
        {
            case State.Exponent when next is (byte)'+' or (byte)'-':
                return KeepIn(State.ExponentSign, next, ref at);
            case State.Exponent or State.ExponentSign when !isDigit:
                return End(SqlTokenKind.Unclear);
            case State.Exponent or State.ExponentSign:
                return KeepIn(State.Digits, next, ref at);
            default:
                return isDigit || next == '.' ? Keep(next, ref at)
                    : next is (byte)'e' or (byte)'E' ? KeepIn(State.Exponent, next, ref at)
                    : End(IsPartOfWord(next) ? SqlTokenKind.Unclear : SqlTokenKind.Number);
        }
    }

    /// <summary>psql puts its own variables in place of <c>:NAME</c>; all that a dump can count on are in capitals.</summary>
    private SqlTokenKind? AfterColon(byte next, ref int at)
    {
        switch (next)
        {
            case (byte)':' or (byte)'=':
                _text.Add(next);
                at++;
                return End(SqlTokenKind.Symbol);
            case (byte)'{' or (>= (byte)'A' and <= (byte)'Z'):
                return End(SqlTokenKind.Unclear);
            case (byte)'\'' or (byte)'"':
                return KeepIn(State.ColonQuote, next, ref at);
            default:
                return IsPartOfVariable(next) ? KeepIn(State.Variable, next, ref at) : End(SqlTokenKind.Symbol);
        }
    }

    private SqlTokenKind? AfterColonQuote(byte next)
    {
        if (next is >= (byte)'A' and <= (byte)'Z')
        {
            return End(SqlTokenKind.Unclear);
        }

        _state = _text.Bytes[1] == '"' ? State.Named : State.Quoted;
        _text.Clear();
        _text.Add(_state == State.Named ? (byte)'"' : (byte)'\'');
        return null;
    }

    private SqlTokenKind? InTag(byte next, ref int at)
    {
        if (next == '$')
        {
            _text.Add(next);
            at++;
            _tag = _text.Bytes.ToArray();
            _matched = 0;
            _state = State.Body;
            return _text.IsCut ? End(SqlTokenKind.Unclear) : null;
        }

        if (_state == State.Dollar)
        {
            return IsStartOfWord(next) ? KeepIn(State.Tag, next, ref at)
                : IsDigit(next) ? KeepIn(State.Digits, next, ref at)
                : End(SqlTokenKind.Symbol);
        }

        return IsPartOfWord(next) ? Keep(next, ref at) : End(SqlTokenKind.Unclear);
    }

    private SqlTokenKind? InBody(ReadOnlySpan<byte> piece, ref int at)
    {
        if (_matched == 0)
        {
            var dollar = piece[at..].IndexOf((byte)'$');
            CountLines(dollar < 0 ? piece[at..] : piece[at..(at + dollar)]);
            at = dollar < 0 ? piece.Length : at + dollar;
            if (dollar < 0)
            {
                return null;
            }
        }

        if (piece[at] == _tag[_matched])
        {
            at++;
            return ++_matched == _tag.Length ? End(SqlTokenKind.Literal) : null;
        }

        // The dollar that a mismatch ends with may open the closing tag; a tag holds no other.
        _matched = 0;
        return null;
    }

    private SqlTokenKind? InEscaped(ReadOnlySpan<byte> piece, ref int at)
    {
        var index = piece[at..].IndexOfAny((byte)'\'', (byte)'\\');
        var then = index >= 0 && piece[at + index] == '\\' ? State.EscapedBackslash : State.EscapedEnd;
        return Through(piece, ref at, index, then);
    }

    private SqlTokenKind? Through(ReadOnlySpan<byte> piece, ref int at, int length, State then)
    {
        var part = length < 0 ? piece[at..] : piece.Slice(at, length);
        CountLines(part);
        _text.Add(part);
        at += part.Length;
        if (length >= 0)
        {
            at++;
            _state = then;
        }

        return null;
    }

    private SqlTokenKind? InLineComment(byte next, ref int at)
    {
        if (next is (byte)'\n' or (byte)'\r')
        {
            EndComment();
            return null;
        }

        return Keep(next, ref at);
    }

    private void EndComment()
    {
        var text = _text.Bytes;
        Heads += text.SequenceEqual("- PostgreSQL database dump"u8) ? 1 : 0;
        Tails += text.SequenceEqual("- PostgreSQL database dump complete"u8) ? 1 : 0;
        _state = State.Between;
    }

    private SqlTokenKind? InBlockComment(byte next, ref int at)
    {
        at++;
        CountLine(next);
        var (isOpening, isClosing) = (_before == '/' && next == '*', _before == '*' && next == '/');
        _commentDepth += isOpening ? 1 : isClosing ? -1 : 0;
        _before = isOpening || isClosing ? (byte)0 : next;
        _state = _commentDepth == 0 ? State.Between : State.BlockComment;
        return null;
    }

    private SqlTokenKind? InCopy(ReadOnlySpan<byte> piece, ref int at)
    {
        var from = at;
        var found = _copy.Read(piece, ref at);
        CountLines(piece[from..at]);
        TokenLine = Line;
        return found is { } kind ? End(kind) : null;
    }

    private SqlTokenKind? Enter(State state, ref int at)
    {
        at++;
        (_state, _before) = (state, 0);
        return null;
    }

    private SqlTokenKind? Keep(byte value, ref int at) => KeepIn(_state, value, ref at);

    private SqlTokenKind? KeepIn(State state, byte value, ref int at)
    {
        _text.Add(value);
        at++;
        _state = state;
        return null;
    }

    private SqlTokenKind? End(SqlTokenKind kind)
    {
        _state = State.Between;
        return kind;
    }

    private string Describe(SqlTokenKind kind) =>
        kind == SqlTokenKind.Word ? _text.ToString().ToLowerInvariant() : _text.ToString();

    private void CountLine(byte value) => Line += value == '\n' ? 1 : 0;

    private void CountLines(ReadOnlySpan<byte> part) => Line += part.Count((byte)'\n');
}
