namespace RollbackOps.Signals;

/// <summary>A source that knows only what it saw since somebody began to look: it gathers in the background.</summary>
internal abstract class LiveSource : IMeasurementSource
{
    private readonly CancellationTokenSource _stop = new();
    private readonly object _gate = new();
    private readonly List<SeenRequest> _seen = [];
    private Task? _gathering;
    private DateTimeOffset _begin;

    protected LiveSource(RollbackContext context) => Context = context;

    public abstract string Name { get; }

    protected RollbackContext Context { get; }

    /// <summary>What it saw up to now; at the first call nothing, since it begins then.</summary>
    /// <inheritdoc/>
    public async Task<SourceReading> ReadAsync(DateTimeOffset? goLive, CancellationToken cancellationToken)
    {
        var now = Context.Clock.GetUtcNow();
        if (_gathering is null)
        {
            await BeginAsync(cancellationToken);
            _begin = now;
            _gathering = Task.Run(() => GatherAsync(_stop.Token), CancellationToken.None);
        }

        if (_gathering.IsFaulted)
        {
            await _gathering;
        }

        if (now <= _begin)
        {
            return new SourceReading();
        }

        lock (_gate)
        {
            return Complete(SeenRequest.Measure(_seen, Name, _begin, now, Context.Settings.Policy.SlowAnswer));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_gathering is not null)
        {
            // What it failed of was told when it was read.
            await _gathering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _stop.Dispose();
    }

    /// <summary>Finds out whether there is anything to follow, before the first look is over.</summary>
    protected virtual Task BeginAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Follows until it is stopped.</summary>
    protected abstract Task GatherAsync(CancellationToken cancellationToken);

    /// <summary>Adds what is to be known of it. Called while nothing is taken.</summary>
    protected abstract SourceReading Complete(Measurement measurement);

    /// <summary>Takes what was seen.</summary>
    /// <param name="requests">The requests.</param>
    /// <param name="also">Is done while nothing is read.</param>
    protected void Take(IEnumerable<SeenRequest> requests, Action? also = null)
    {
        lock (_gate)
        {
            _seen.AddRange(requests);
            also?.Invoke();
        }
    }
}
