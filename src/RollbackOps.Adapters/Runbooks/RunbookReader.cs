using RollbackOps.Runbooks;

namespace RollbackOps.Adapters.Runbooks;

/// <summary>Reads Markdown by Markdig and YAML by YamlDotNet.</summary>
internal sealed class RunbookReader : IRunbookReader
{
    /// <inheritdoc />
    public IReadOnlyList<RunbookBlock>? ReadMarkdown(string text) => MarkdownBlocks.Read(text);

    /// <inheritdoc />
    public YamlReading ReadYaml(string text) => new YamlWalk(text).Read();
}
