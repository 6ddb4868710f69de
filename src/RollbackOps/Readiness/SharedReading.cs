namespace RollbackOps.Readiness;

/// <summary>Something that several inspections need, read once, whoever asks first.</summary>
internal sealed class SharedReading<T>(Func<Task<T>> read)
{
    private readonly Lazy<Task<T>> _reading = new(() => Task.Run(read));

    /// <summary>What was read; each waits for it only as long as it may.</summary>
    public Task<T> GetAsync(CancellationToken cancellationToken) => _reading.Value.WaitAsync(cancellationToken);
}
