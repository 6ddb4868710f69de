namespace RollbackOps.Databases;

/// <summary>Content of the journal's record of a backup.</summary>
internal sealed record BackupTakenData
{
    public required BackupManifest Manifest { get; init; }

    public required string Path { get; init; }

    public required string By { get; init; }

    /// <summary>The files of older backups that it took the place of.</summary>
    public IReadOnlyList<string> Deleted { get; init; } = [];
}

/// <summary>Content of the journal's record of a backup's test.</summary>
internal sealed record BackupTestedData
{
    public required BackupTestResult Result { get; init; }

    /// <summary>The hash of the content that was tested; null where there is no manifest.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The size of the file that was tested, in bytes.</summary>
    public required long Size { get; init; }

    public required string By { get; init; }
}
