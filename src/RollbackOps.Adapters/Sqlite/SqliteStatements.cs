using System.Text;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>
/// Cuts a text into SQL statements as SQLite's shell does: at semicolons outside of quotes and comments, and for triggers
/// at the one behind their END. One statement is in memory at a time.
/// </summary>
internal sealed class SqliteStatements
{
    private const int NoCharacter = -1;
    private const int LongestStatement = 1 << 30;

    private readonly TextReader _text;
    private readonly StringBuilder _statement = new();
    private int _begin;

    public SqliteStatements(TextReader text) => _text = text;

    /// <summary>The line that was read last, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>The line that the statement read last begins in.</summary>
    public long StatementLine { get; private set; } = 1;

    /// <summary>Whether the text ended in the midst of a statement.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>The next statement with its semicolon, or null at the end.</summary>
    public string? Read()
    {
        _statement.Clear();
        var isEmpty = true;
        while (Next() is var character and not NoCharacter)
        {
            if (isEmpty && !char.IsWhiteSpace((char)character) && character != ';' && !IsComment(character))
            {
                isEmpty = false;
                _begin = _statement.Length;
                StatementLine = Line;
            }

            _statement.Append((char)character);
            switch (character)
            {
                case '\'' or '"' or '`':
                    Quoted((char)character);
                    break;
                case '[':
                    Until(']');
                    break;
                case '-' when _text.Peek() == '-':
                    Until('\n');
                    break;
                case '/' when _text.Peek() == '*':
                    Comment();
                    break;
                case ';' when isEmpty:
                    _statement.Clear();
                    break;
                case ';' when IsComplete():
                    return _statement.ToString();
            }

            if (_statement.Length > LongestStatement)
            {
                throw new InvalidDataException("a statement is longer than SQLite takes");
            }
        }

        IsCutOff = !isEmpty;
        return null;
    }

    private bool IsComment(int character) =>
        (character == '-' && _text.Peek() == '-') || (character == '/' && _text.Peek() == '*');

    /// <summary>Only a trigger holds semicolons of its own.</summary>
    private bool IsComplete()
    {
        var head = _statement.ToString(_begin, Math.Min(_statement.Length - _begin, 200));
        return !head.Contains("TRIGGER", StringComparison.OrdinalIgnoreCase)
            || SQLitePCL.raw.sqlite3_complete(_statement.ToString()) != 0;
    }

    private void Quoted(char quote)
    {
        while (Next() is var character and not NoCharacter)
        {
            _statement.Append((char)character);
            if (character == quote)
            {
                // A doubled quote opens the next piece of the same text.
                return;
            }
        }
    }

    private void Until(char end)
    {
        while (Next() is var character and not NoCharacter)
        {
            _statement.Append((char)character);
            if (character == end)
            {
                return;
            }
        }
    }

    private void Comment()
    {
        _statement.Append((char)Next());
        var before = NoCharacter;
        while (Next() is var character and not NoCharacter)
        {
            _statement.Append((char)character);
            if (before == '*' && character == '/')
            {
                return;
            }

            before = character;
        }
    }

    private int Next()
    {
        var character = _text.Read();
        if (character == '\n')
        {
            Line++;
        }

        return character;
    }
}
