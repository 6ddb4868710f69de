using RollbackOps.Notifications;

namespace RollbackOps.Adapters.LocalState;

/// <summary>The outbox as a folder: each file is written beside, synced, renamed, and the folder synced.</summary>
internal sealed class OutboxFolder : IOutbox
{
    private const string HalfSuffix = ".half";
    private const string LockName = "deliver.lock";

    private readonly string _folder;

    public OutboxFolder(string folder) => _folder = folder;

    public string Location => _folder;

    public IReadOnlyList<string> List() => Directory.Exists(_folder)
        ? [.. Directory.EnumerateFiles(_folder).Select(path => Path.GetFileName(path)).Where(IsWhole).Order(StringComparer.Ordinal)]
        : [];

    public byte[]? Read(string name)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(_folder, name));
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Put(string name, byte[] content)
    {
        MakeFolder();
        var path = Path.Combine(_folder, name);
        var half = $"{path}.{Environment.ProcessId}{HalfSuffix}";
        try
        {
            using (var file = new FileStream(half, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                Share = FileShare.None,
                BufferSize = 0,
            }))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(half, path, overwrite: true);
            Durable.SyncFolder(_folder);
        }
        catch (ArgumentOutOfRangeException tooLarge)
        {
            throw Durable.AsIOException(tooLarge);
        }
    }

    public void Remove(string name)
    {
        File.Delete(Path.Combine(_folder, name));
        Durable.SyncFolder(_folder);
    }

    public IDisposable? TryLock()
    {
        MakeFolder();
        return FileLock.TryTake(Path.Combine(_folder, LockName));
    }

    private static bool IsWhole(string name) => name != LockName && !name.EndsWith(HalfSuffix, StringComparison.Ordinal);

    /// <summary>For its owner alone: who may read the messages may be another matter than who may read the releases.</summary>
    private void MakeFolder()
    {
        if (Directory.Exists(_folder))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_folder);
        }
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder)!);
            Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
