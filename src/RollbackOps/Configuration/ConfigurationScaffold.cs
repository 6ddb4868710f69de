namespace RollbackOps.Configuration;

/// <summary>A configuration made from what a folder holds.</summary>
public sealed record ConfigurationScaffold
{
    internal ConfigurationScaffold()
    {
    }

    /// <summary>The configuration file, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The schema beside it, which the configuration names for editors.</summary>
    public required string SchemaPath { get; init; }

    /// <summary>The project's name.</summary>
    public required string Project { get; init; }

    /// <summary>The configuration's text.</summary>
    public required string Content { get; init; }

    /// <summary>What was found, and what was made of it.</summary>
    public required IReadOnlyList<ScaffoldFinding> Findings { get; init; }

    /// <summary>Whether the files were written; false for a preview.</summary>
    public bool IsWritten { get; init; }
}
