namespace RollbackOps.Runbooks;

/// <summary>A simple command as a shell would run it.</summary>
internal sealed class ShellCommand
{
    /// <summary>Its words: program and arguments, without leading assignments and redirections.</summary>
    public List<ShellWord> Words { get; } = [];

    /// <summary>The redirections, operator and target, for example <c>&lt;dump.sql</c>.</summary>
    public List<string> Redirections { get; } = [];

    /// <summary>Where it begins in the text.</summary>
    public int Start { get; set; }

    /// <summary>Where it ends in the text.</summary>
    public int End { get; set; }

    /// <summary>Whether it reads what another command writes.</summary>
    public bool IsPipedInto { get; set; }

    /// <summary>What reads what it writes, or null.</summary>
    public ShellCommand? PipedTo { get; set; }

    /// <summary>What runs only when it fails, or null.</summary>
    public ShellCommand? OrElse { get; set; }

    /// <summary>The variable that its output is assigned to, or null.</summary>
    public string? AssignedTo { get; init; }

    /// <summary>Its words in one line.</summary>
    public string Text => string.Join(' ', Words.Select(word => word.Value));
}
