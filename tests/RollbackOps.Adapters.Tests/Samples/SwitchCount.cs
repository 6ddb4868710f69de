using System.Collections.Concurrent;

namespace RollbackOps.Adapters.Tests.Samples;

/// <summary>Counts how often <c>current</c> was put in place, by any process, from the operating system's own events.</summary>
internal sealed class SwitchCount : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<string> _changes = new();
    private readonly FileSystemWatcher _watcher;
    private readonly string _root;
    private TaskCompletionSource? _sentinel;

    public SwitchCount(string root)
    {
        _root = root;
        _watcher = new FileSystemWatcher(root) { InternalBufferSize = 64 * 1024 };
        _watcher.Renamed += (_, change) => Note(change.Name);
        _watcher.Created += (_, change) => Note(change.Name);
        _watcher.Error += (_, error) => _sentinel?.TrySetException(error.GetException());
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>The count so far. Events come in order: once a file made now is seen, everything before it was.</summary>
    public async Task<int> ReadAsync()
    {
        _sentinel = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var file = Path.Combine(_root, "sentinel");
        await File.WriteAllTextAsync(file, string.Empty);
        await _sentinel.Task.WaitAsync(s_patience);
        File.Delete(file);
        return _changes.Count(name => name == "current");
    }

    public void Dispose() => _watcher.Dispose();

    private void Note(string? name)
    {
        if (name == "sentinel")
        {
            _sentinel?.TrySetResult();
        }
        else if (name is not null)
        {
            _changes.Enqueue(name);
        }
    }
}
