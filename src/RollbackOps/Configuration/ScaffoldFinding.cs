namespace RollbackOps.Configuration;

/// <summary>One thing found in a folder, and what was made of it.</summary>
public sealed record ScaffoldFinding
{
    internal ScaffoldFinding()
    {
    }

    /// <summary>What was looked at: a file or folder, relative to the folder that is configured.</summary>
    public required string Found { get; init; }

    /// <summary>What was made of it.</summary>
    public required string Meaning { get; init; }

    /// <summary>The finding in one line.</summary>
    public override string ToString() => $"{Found}: {Meaning}";
}
