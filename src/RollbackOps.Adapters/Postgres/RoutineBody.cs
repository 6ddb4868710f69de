using System.Text;

namespace RollbackOps.Adapters.Postgres;

/// <summary>
/// Tells whether a word of a statement lies within the <c>BEGIN ATOMIC … END</c> of a routine, whose semicolons end
/// nothing. psql guesses by the first words of the statement, and so does this, in the same way.
/// </summary>
internal sealed class RoutineBody
{
    private const int HeadWords = 4;

    private readonly char[] _head = new char[HeadWords];
    private int _words;
    private int _depth;

    /// <summary>Whether a semicolon here ends nothing.</summary>
    public bool IsInside => _depth > 0;

    private bool IsRoutine => _head is ['c', 'f' or 'p', ..] or ['c', 'o', 'r', 'f' or 'p'];

    /// <summary>The next word of the statement, and how many parentheses are open.</summary>
    public void Take(ReadOnlySpan<byte> word, int parentheses)
    {
        if (_words < HeadWords && (Is(word, "create"u8) || Is(word, "function"u8) || Is(word, "procedure"u8) || Is(word, "or"u8) || Is(word, "replace"u8)))
        {
            _head[_words] = (char)(word[0] | ' ');
        }

        _words = Math.Min(_words + 1, HeadWords);
        if (parentheses > 0 || !IsRoutine)
        {
            return;
        }

        if (Is(word, "begin"u8) || (_depth > 0 && Is(word, "case"u8)))
        {
            _depth++;
        }
        else if (_depth > 0 && Is(word, "end"u8))
        {
            _depth--;
        }
    }

    /// <summary>The statement has ended.</summary>
    public void Reset()
    {
        Array.Clear(_head);
        _words = 0;
    }

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> keyword) => Ascii.EqualsIgnoreCase(word, keyword);
}
