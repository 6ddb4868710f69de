namespace RollbackOps.Redaction;

/// <summary>Looks at what stands around an anchor.</summary>
/// <param name="text">The whole text.</param>
/// <param name="start">Where the anchor begins.</param>
/// <param name="end">Where what follows it begins.</param>
/// <returns>Whether a secret may be there.</returns>
internal delegate bool AnchorSurroundings(ReadOnlySpan<char> text, int start, int end);

/// <summary>A few fixed characters that every secret of a sort has in it, and what must stand around them.</summary>
/// <param name="Text">The characters, two at least; of those that are not exact, in lower case.</param>
/// <param name="Sign">What it is a sign of.</param>
/// <param name="IsExact">Whether case counts.</param>
/// <param name="Fits">What must stand around it.</param>
internal sealed record SecretAnchor(string Text, SecretSign Sign, bool IsExact, AnchorSurroundings Fits)
{
    /// <summary>Whether the anchor stands at a place and a secret may be there.</summary>
    public bool IsAt(ReadOnlySpan<char> text, int start) =>
        text.Length - start >= Text.Length
        && text.Slice(start, Text.Length).Equals(Text, IsExact ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase)
        && Fits(text, start, start + Text.Length);
}
