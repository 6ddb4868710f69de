namespace RollbackOps.Databases;

/// <summary>
/// The time around a swap in which services are stopped and the live database is closed, and how long it was: from the first
/// of these to the services' start, or to the database's answer where nothing starts them.
/// </summary>
internal sealed class RestoreOutage : IAsyncDisposable
{
    private readonly DatabaseContext _context;
    private readonly RestoreRecorder _recorder;
    private readonly RestoreServices _services;
    private TimeSpan? _closedAt;
    private TimeSpan? _openedAt;

    public RestoreOutage(DatabaseContext context, RestoreRecorder recorder, RestoreServices services)
    {
        _context = context;
        _recorder = recorder;
        _services = services;
    }

    /// <summary>The live database, closed; null while it is open.</summary>
    public IDatabaseFence? Fence { get; private set; }

    /// <summary>How long it was or is, in milliseconds; null where there was none.</summary>
    public double? Milliseconds => _closedAt is null ? null : ((_openedAt ?? _recorder.Elapsed) - _closedAt.Value).TotalMilliseconds;

    /// <summary>Stops the services.</summary>
    public async Task<string> StopAsync(CancellationToken cancellationToken)
    {
        _closedAt ??= _recorder.Elapsed;
        // Not to be left running: what it goes on stopping would go down again after it was started.
        var told = await _services.StopAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return told;
    }

    /// <summary>Stops them once more: it lasts on.</summary>
    public Task BeginAgainAsync()
    {
        _openedAt = _context.Database.Stop is null ? _openedAt : null;
        return _services.StopAsync(CancellationToken.None);
    }

    /// <summary>Closes the database.</summary>
    public async Task<string> CloseAsync(FenceOptions options, CancellationToken cancellationToken)
    {
        _closedAt ??= _recorder.Elapsed;
        Fence = await _context.Engine.FenceAsync(options, cancellationToken);
        return options.InPlace ? "nobody else writes" : "nobody has it open";
    }

    /// <summary>Opens it again.</summary>
    public async Task OpenAsync()
    {
        if (Fence is { } fence)
        {
            Fence = null;
            await fence.DisposeAsync();
        }
    }

    /// <summary>Starts the services; with that it is over.</summary>
    public async Task<string> StartAsync()
    {
        var told = await _services.StartAsync();
        End();
        return told;
    }

    /// <summary>It is over.</summary>
    public void End() => _openedAt ??= _recorder.Elapsed;

    /// <summary>Starts what was stopped, whatever else went wrong. Gives what is to be told when that fails.</summary>
    public async Task<string> StartAgainAsync()
    {
        try
        {
            if (_services.IsStopped && _context.Database.Start is not null)
            {
                await StartAsync();
            }

            End();
            return string.Empty;
        }
        catch (Exception failure)
        {
            return $" The services could not be started: {UnforeseenFailure.Of(failure, "Starting them").Message} Start them by hand.";
        }
    }

    public async ValueTask DisposeAsync() => await OpenAsync();
}
