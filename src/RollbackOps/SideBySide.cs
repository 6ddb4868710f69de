namespace RollbackOps;

/// <summary>
/// Readings that go on side by side. Whatever is still under way when it is disposed is called off and waited for: what
/// ended the work early is what the caller is to hear of.
/// </summary>
internal sealed class SideBySide(CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly List<Task> _readings = [];

    /// <summary>Begins one.</summary>
    public Task<T> Begin<T>(Func<CancellationToken, Task<T>> read)
    {
        var reading = read(_stop.Token);
        _readings.Add(reading);
        return reading;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_readings).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
