using System.Globalization;
using System.Text;

namespace RollbackOps;

/// <summary>
/// Makes foreign text harmless where it enters (S43): control characters, escape sequences and characters that
/// reorder or hide text become visible code points. Ordinary text passes unchanged.
/// </summary>
public static class Inert
{
    /// <summary>A text of any number of lines; line feeds and tabs stay, everything else that acts is shown.</summary>
    public static string Text(string? foreign) => Clean(foreign, keepLines: true);

    /// <summary>A single line: line breaks are shown too.</summary>
    public static string Line(string? foreign) => Clean(foreign, keepLines: false);

    private static string Clean(string? foreign, bool keepLines)
    {
        if (string.IsNullOrEmpty(foreign))
        {
            return string.Empty;
        }

        // Printable ASCII, as nearly every line is.
        if (!foreign.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return foreign;
        }

        StringBuilder? clean = null;
        for (var i = 0; i < foreign.Length; i++)
        {
            var character = foreign[i];
            if (IsTag(foreign, i))
            {
                clean ??= new StringBuilder(foreign, 0, i, foreign.Length + 16);
                clean.Append(CultureInfo.InvariantCulture, $"<U+{char.ConvertToUtf32(character, foreign[++i]):X}>");
                continue;
            }

            if (IsHarmless(character, keepLines) && !IsLoneSurrogate(foreign, i))
            {
                clean?.Append(character);
                continue;
            }

            clean ??= new StringBuilder(foreign, 0, i, foreign.Length + 16);
            if (character != '\r' || !keepLines)
            {
                clean.Append(CultureInfo.InvariantCulture, $"<U+{(int)character:X4}>");
            }
        }

        return clean?.ToString() ?? foreign;
    }

    private static bool IsHarmless(char character, bool keepLines) => character switch
    {
        '\n' or '\t' => keepLines,
        < ' ' or '\u007f' => false,
        >= '\u0080' and <= '\u009f' => false,
        // Bidirectional controls and invisible separators can make a line read as another one.
        '\u00ad' or '\u061c' or '\u200b' or '\u200e' or '\u200f' or '\u2028' or '\u2029' or '\ufeff' => false,
        >= '\u202a' and <= '\u202e' => false,
        >= '\u2060' and <= '\u2064' => false,
        >= '\u2066' and <= '\u2069' => false,
        _ => true,
    };

    /// <summary>
    /// The tag characters U+E0000 to U+E007F: invisible copies of ASCII, in which a whole sentence can be hidden.
    /// </summary>
    private static bool IsTag(string text, int index) =>
        text[index] == '\udb40' && index + 1 < text.Length && text[index + 1] is >= '\udc00' and <= '\udc7f';

    private static bool IsLoneSurrogate(string text, int index) =>
        char.IsHighSurrogate(text[index])
            ? index + 1 >= text.Length || !char.IsLowSurrogate(text[index + 1])
            : char.IsLowSurrogate(text[index]) && (index == 0 || !char.IsHighSurrogate(text[index - 1]));
}
