namespace RollbackTools.Help;

/// <summary>A paragraph: running text with pieces of code in it.</summary>
internal sealed record Prose(IReadOnlyList<ProseSpan> Spans)
{
    /// <summary>Whether it is an item of a list.</summary>
    public bool IsItem { get; init; }

    public static Prose Empty { get; } = new([]);

    public bool IsEmpty => Spans.Count == 0;

    public static Prose Of(string text) => new([new ProseSpan(text, IsCode: false)]);

    public override string ToString() => (IsItem ? "- " : "") + string.Concat(Spans.Select(span => span.Text));
}

/// <summary>A piece of a paragraph.</summary>
internal sealed record ProseSpan(string Text, bool IsCode);
