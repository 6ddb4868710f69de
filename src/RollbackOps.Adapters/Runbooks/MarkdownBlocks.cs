using Markdig;
using Markdig.Parsers;
using Markdig.Syntax;
using RollbackOps.Runbooks;

namespace RollbackOps.Adapters.Runbooks;

/// <summary>The code blocks of a Markdown text. Prose is not parsed any further.</summary>
internal static class MarkdownBlocks
{
    /// <summary>Reads them; null where the text is nested deeper than Markdown is ever written.</summary>
    public static IReadOnlyList<RunbookBlock>? Read(string text)
    {
        var builder = new MarkdownPipelineBuilder();
        builder.InlineParsers.Clear();
        builder.BlockParsers.TryRemove<HtmlBlockParser>();
        try
        {
            var document = Markdown.Parse(text, builder.Build());
            return [.. document.Descendants<CodeBlock>().Select(Block)];
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static RunbookBlock Block(CodeBlock block)
    {
        var lines = new List<RunbookLine>(block.Lines.Count);
        for (var i = 0; i < block.Lines.Count; i++)
        {
            var line = block.Lines.Lines[i];
            lines.Add(new RunbookLine(line.Line + 1, line.Column + 1, line.Slice.ToString()));
        }

        var language = (block as FencedCodeBlock)?.Info ?? string.Empty;
        return new RunbookBlock(language.TrimStart('.', '{').TrimEnd('}').ToLowerInvariant(), lines);
    }
}
