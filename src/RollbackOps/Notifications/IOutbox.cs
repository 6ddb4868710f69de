namespace RollbackOps.Notifications;

/// <summary>Small files by name, each written whole and on disk before the call returns. A port of its own.</summary>
public interface IOutbox
{
    /// <summary>Where it lies, for people.</summary>
    string Location { get; }

    /// <summary>The names of what it holds, in ordinal order.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    IReadOnlyList<string> List();

    /// <summary>What a name holds, or null.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    byte[]? Read(string name);

    /// <summary>Writes what a name holds, in place of what it held; readers see the one or the other.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    void Put(string name, byte[] content);

    /// <summary>Removes a name; one that is not there is no error.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be removed.</exception>
    void Remove(string name);

    /// <summary>Takes the lock of whoever delivers, or gives null when another process has it. It ends with its process.</summary>
    /// <exception cref="IOException">It cannot be taken for another reason.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be taken.</exception>
    IDisposable? TryLock();
}
