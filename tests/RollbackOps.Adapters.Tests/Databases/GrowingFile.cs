namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>Lines that another process appends to a file, read as they come.</summary>
internal sealed class GrowingFile : IDisposable
{
    private readonly FileStream _file;
    private readonly StreamReader _reader;
    private readonly FileSystemWatcher _watcher;
    private readonly SemaphoreSlim _grown = new(0);

    public GrowingFile(string path)
    {
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
        _reader = new StreamReader(_file);
        _watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path));
        _watcher.Changed += (_, _) => _grown.Release();
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Reads lines that were not read yet.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(int lines)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var read = new List<string>();
        while (read.Count < lines)
        {
            if (await _reader.ReadLineAsync(patience.Token) is { } line)
            {
                read.Add(line);
            }
            else
            {
                await _grown.WaitAsync(patience.Token);
            }
        }

        return read;
    }

    /// <summary>Skips what is there already.</summary>
    public Task ReadToEndAsync() => _reader.ReadToEndAsync();

    public void Dispose()
    {
        _watcher.Dispose();
        _reader.Dispose();
        _file.Dispose();
        _grown.Dispose();
    }
}
