namespace RollbackOps.Incidents;

/// <summary>What vouches for an archive's bytes.</summary>
public enum EvidenceWitness
{
    /// <summary>The journal, whose records are chained: nobody can change both unseen.</summary>
    Journal,

    /// <summary>The SHA-256 that lies beside it.</summary>
    Beside,

    /// <summary>Only its own manifest: whoever rewrites an archive as a whole is not found out.</summary>
    Manifest,
}

/// <summary>The outcome of checking an archive.</summary>
public sealed record EvidenceCheck
{
    internal EvidenceCheck()
    {
    }

    /// <summary>Where it is.</summary>
    public required string Location { get; init; }

    /// <summary>Whether it, and every file in it, is as it was saved.</summary>
    public bool IsIntact => Findings.Count == 0;

    /// <summary>What vouches for that.</summary>
    public required EvidenceWitness Witness { get; init; }

    /// <summary>Its SHA-256 as it is now, in hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Its size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>How many files were checked.</summary>
    public required int Files { get; init; }

    /// <summary>What is wrong; empty when nothing is.</summary>
    public required IReadOnlyList<EvidenceFinding> Findings { get; init; }
}

/// <summary>Something wrong with an archive.</summary>
public sealed record EvidenceFinding
{
    internal EvidenceFinding()
    {
    }

    /// <summary>The file in the archive, or the archive's own name.</summary>
    public required string Name { get; init; }

    /// <summary>The finding in a sentence.</summary>
    public required string Detail { get; init; }

    /// <summary>The finding in a sentence.</summary>
    public override string ToString() => Detail;
}
