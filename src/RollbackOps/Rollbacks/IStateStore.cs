namespace RollbackOps.Rollbacks;

/// <summary>
/// Keeps the journal and the lease. A port of its own, so that a team can share state elsewhere than on one machine.
/// </summary>
public interface IStateStore
{
    /// <summary>Where the state lies, for people.</summary>
    string Location { get; }

    /// <summary>Whether the lease protects this machine only (S8: <c>LocalLease</c>).</summary>
    bool IsLocal { get; }

    /// <summary>The journal's bytes as they are, empty when there is none yet.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.JournalUnreadable"/>.</exception>
    byte[] ReadJournal();

    /// <summary>The journal's bytes from the first on, empty when there is none yet.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.JournalUnreadable"/>.</exception>
    Stream OpenJournal() => new MemoryStream(ReadJournal());

    /// <summary>The number and hash of the last record known to have been written, or null.</summary>
    JournalHead? ReadHead();

    /// <summary>
    /// Appends under the journal's lock, and returns when the bytes are on disk. A tail without a line end is set
    /// aside first. When the bytes cannot be written in full, the journal is as it was before.
    /// </summary>
    /// <param name="compose">Makes the bytes from what the journal ends in.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.JournalUnwritable"/>.</exception>
    void Append(Func<JournalTail, JournalAddition> compose);

    /// <summary>Takes the lease.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.LeaseHeld"/>, with the holder as subject.</exception>
    ILease AcquireLease(LeaseRequest request);

    /// <summary>The live holder of a lease, or null when it is free or its holder is dead.</summary>
    LeaseHolder? ReadHolder(string key);

    /// <summary>
    /// Whether automatic rollbacks are switched off (S27): a file <c>STOP</c> lies beside the journal, or it cannot be seen
    /// whether one does.
    /// </summary>
    bool IsAutomaticOff { get; }

    /// <summary>Keeps a note beside the journal, in place of the one before; nothing depends on it.</summary>
    /// <param name="name">Its name: letters, digits, dots, dashes and underscores.</param>
    /// <param name="content">The note.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    void KeepNote(string name, byte[] content);

    /// <summary>The note of that name, or null when there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    byte[]? ReadNote(string name);
}

/// <summary>What the journal ends in.</summary>
/// <param name="LastLine">The last whole line without its line end, or null.</param>
/// <param name="TornBytes">How many bytes of a record cut off while it was written were set aside.</param>
public sealed record JournalTail(byte[]? LastLine, int TornBytes);

/// <summary>What is appended to the journal.</summary>
/// <param name="Lines">Whole lines, each with its line end.</param>
/// <param name="Head">The last of them.</param>
public sealed record JournalAddition(byte[] Lines, JournalHead Head);

/// <summary>The last record known to have been written; shows when records are gone from the end.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Hash">Its hash.</param>
public sealed record JournalHead(long Number, string Hash);
