namespace RollbackOps.Runbooks;

/// <summary>Reads the languages that runbooks are written in. Nothing is ever executed.</summary>
public interface IRunbookReader
{
    /// <summary>The code blocks of a Markdown text; null where it cannot be read as Markdown.</summary>
    IReadOnlyList<RunbookBlock>? ReadMarkdown(string text);

    /// <summary>The scalars of a YAML text. Aliases are not followed, and nesting is limited.</summary>
    YamlReading ReadYaml(string text);
}
