using RollbackOps.Databases;

namespace RollbackOps.Incidents;

/// <summary>A place where the evidence of incidents is kept.</summary>
public interface IEvidenceStore
{
    /// <summary>Where it is, for people.</summary>
    string Location { get; }

    /// <summary>Where an archive of that name will be.</summary>
    string LocationOf(string name);

    /// <summary>Finds out before anything is collected whether archives can be kept there.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.EvidenceUnwritable"/>, <see cref="ErrorId.EvidenceDenied"/>, <see cref="ErrorId.EvidenceNotFound"/>
    /// or <see cref="ErrorId.EvidenceUnavailable"/>.
    /// </exception>
    Task RequireReadyAsync(CancellationToken cancellationToken);

    /// <summary>An archive that is whole here and whose way there was cut off, by the begin of its name; null for none.</summary>
    EvidenceDraft? FindPending(string beginning);

    /// <summary>A place to write an archive to; what an earlier attempt left there under that name is gone.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.EvidenceUnwritable"/>.</exception>
    EvidenceDraft Begin(string name);

    /// <summary>
    /// Keeps an archive that was written, and proves that what is stored is what was written. Cut off, it can be called
    /// again with what <see cref="FindPending"/> gives.
    /// </summary>
    /// <exception cref="RollbackOpsException">
    /// As above, or <see cref="ErrorId.EvidenceCorrupt"/>: something else is stored.
    /// </exception>
    Task KeepAsync(EvidenceDraft draft, string sha256, Action<ByteProgress> progress, CancellationToken cancellationToken);

    /// <summary>Removes what was begun; what is gone already is no error.</summary>
    void Discard(EvidenceDraft draft);

    /// <summary>A stored archive as a file of this machine.</summary>
    /// <param name="location">Where it is: what <see cref="LocationOf"/> gave.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RollbackOpsException">As above.</exception>
    Task<EvidenceCopy> OpenAsync(string location, CancellationToken cancellationToken);
}

/// <summary>An archive on its way.</summary>
/// <param name="Name">The archive's name.</param>
/// <param name="File">The file it is written to, absolute.</param>
public sealed record EvidenceDraft(string Name, string File);

/// <summary>A stored archive as a file of this machine.</summary>
/// <param name="File">The file, absolute.</param>
/// <param name="Sha256">The SHA-256 that lies beside the archive, or null.</param>
/// <param name="IsTemporary">Whether the file is a copy, to be deleted when it was read.</param>
public sealed record EvidenceCopy(string File, string? Sha256, bool IsTemporary) : IDisposable
{
    /// <summary>Deletes the file where it is a copy.</summary>
    public void Dispose()
    {
        if (IsTemporary)
        {
            System.IO.File.Delete(File);
        }
    }
}
