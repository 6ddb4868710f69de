using System.Text.Json.Serialization;

namespace RollbackOps.Incidents;

/// <summary>What became of an archive.</summary>
public enum EvidenceStatus
{
    /// <summary>It would be saved so; nothing was written.</summary>
    Planned,

    /// <summary>It is saved, and what is stored was seen to be what was written.</summary>
    Saved,
}

/// <summary>The evidence of an incident as one archive: saved, or as it would be.</summary>
public sealed record EvidenceArchive
{
    internal EvidenceArchive()
    {
    }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is: a file, or <c>s3://bucket/key</c>.</summary>
    public required string Location { get; init; }

    /// <summary>Whether it was saved.</summary>
    public required EvidenceStatus Status { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The rollback it is about, or null.</summary>
    public string? RollbackId { get; init; }

    /// <summary>Its size in bytes, packed.</summary>
    public required long Size { get; init; }

    /// <summary>Its SHA-256, in hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Whether an upload that was cut off was carried on, in place of a new archive.</summary>
    public bool IsResumed { get; init; }

    /// <summary>What is in it.</summary>
    public required IReadOnlyList<EvidenceEntry> Entries { get; init; }

    /// <summary>Status and place.</summary>
    public override string ToString() => $"{Status}: {Location}";
}

/// <summary>What sort of evidence a file of an archive is.</summary>
public enum EvidenceKind
{
    /// <summary>The record of what was done.</summary>
    Journal,

    /// <summary>The effective settings, masked.</summary>
    Configuration,

    /// <summary>What verdicts followed from.</summary>
    Measurement,

    /// <summary>What was seen from outside.</summary>
    Probe,

    /// <summary>A log.</summary>
    Log,
}

/// <summary>One file of an archive.</summary>
public sealed record EvidenceEntry
{
    [JsonConstructor]
    internal EvidenceEntry()
    {
    }

    /// <summary>Its name in the archive.</summary>
    public required string Name { get; init; }

    /// <summary>What sort of evidence it is.</summary>
    public required EvidenceKind Kind { get; init; }

    /// <summary>Where it comes from.</summary>
    public required string Source { get; init; }

    /// <summary>Its size in bytes, unpacked.</summary>
    public required long Size { get; init; }

    /// <summary>How many lines it has.</summary>
    public required long Lines { get; init; }

    /// <summary>In how many of them something secret was masked (S40).</summary>
    public required long MaskedLines { get; init; }

    /// <summary>The SHA-256 of its content, in hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Why it is missing or incomplete, in a sentence; null when it is whole (S32).</summary>
    public string? Problem { get; init; }

    /// <summary>Name and size.</summary>
    public override string ToString() => $"{Name} ({Size} B)";
}

/// <summary>What an archive says about itself: its last file, <c>manifest.json</c>.</summary>
internal sealed record EvidenceManifest
{
    /// <summary>The file's name in the archive.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The form that this code writes, and the newest it reads.</summary>
    public const int Newest = 1;

    public required int Version { get; init; }

    public required string Name { get; init; }

    public required string Project { get; init; }

    public required string Environment { get; init; }

    public string? RollbackId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string Host { get; init; }

    public required string By { get; init; }

    public required IReadOnlyList<EvidenceEntry> Entries { get; init; }
}
