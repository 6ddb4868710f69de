namespace RollbackTools.Commands;

/// <summary>A cmdlet that stops when asked to.</summary>
public abstract class CancellableCommand : MaskingCommand, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _leaving = new();

    /// <summary>Is cancelled by Ctrl+C, and when what was to be written cannot be.</summary>
    protected CancellationToken StopToken => _stopping.Token;

    /// <summary>Is cancelled by Ctrl+C alone.</summary>
    private protected CancellationToken UserStopToken => _leaving.Token;

    /// <summary>Whether the user stopped the pipeline.</summary>
    private protected bool IsStoppedByUser { get; private set; }

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Only cancels: the pipeline thread ends its own work.</summary>
    protected override void StopProcessing()
    {
        IsStoppedByUser = true;
        Cancel(_leaving);
        Cancel();
    }

    /// <summary>Stops what is under way.</summary>
    protected void Cancel() => Cancel(_stopping);

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The cmdlet has ended.
        }
    }

    /// <summary>Frees what the cmdlet holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stopping.Dispose();
            _leaving.Dispose();
        }
    }
}
