namespace RollbackOps.Runbooks;

/// <summary>One command or setting of a runbook that does something else than it seems to.</summary>
public sealed record RunbookFinding
{
    internal RunbookFinding()
    {
    }

    /// <summary>The absolute path of the file.</summary>
    public required string File { get; init; }

    /// <summary>The line, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The column in that line, from 1, in UTF-16 code units.</summary>
    public required int Column { get; init; }

    /// <summary>The rule's id.</summary>
    public required string Rule { get; init; }

    /// <summary>How much it matters.</summary>
    public required RunbookSeverity Severity { get; init; }

    /// <summary>The command or setting as the runbook has it, in one line; control characters are shown as code points (S43).</summary>
    public required string Command { get; init; }

    /// <summary>The finding in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>What it really does.</summary>
    public required string Does { get; init; }

    /// <summary>What to use instead.</summary>
    public required string Instead { get; init; }

    /// <summary>Where the claim can be looked up.</summary>
    public required string Source { get; init; }

    /// <summary>The program and the versions that the claim holds for.</summary>
    public required string Versions { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{File}:{Line}:{Column}: {Rule}: {Title}";
}
