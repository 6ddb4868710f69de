using RollbackOps.Configuration;

namespace RollbackOps.Databases;

/// <summary>The services behind a database, as one restore stops, starts and tries them by the configured commands (S42).</summary>
internal sealed class RestoreServices
{
    private readonly DatabaseContext _context;

    public RestoreServices(DatabaseContext context) => _context = context;

    /// <summary>Whether they were stopped, or that was begun, and are to be started again.</summary>
    public bool IsStopped { get; set; }

    /// <summary>Stops them where there is a command for it; says how that went.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.HookFailed"/>; they may be half stopped.</exception>
    public async Task<string> StopAsync(CancellationToken cancellationToken)
    {
        if (_context.Database.Stop is not { } stop)
        {
            return string.Empty;
        }

        IsStopped = true;
        return await RunAsync("stop", stop, cancellationToken);
    }

    /// <summary>Starts them.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.HookFailed"/>.</exception>
    public async Task<string> StartAsync()
    {
        var told = await RunAsync("start", _context.Database.Start!, CancellationToken.None);
        IsStopped = false;
        return told;
    }

    /// <summary>Runs the smoke test.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.HookFailed"/>.</exception>
    public Task<string> TryOutAsync() => RunAsync("smoke", _context.Database.Smoke!, CancellationToken.None);

    private async Task<string> RunAsync(string name, CommandSettings command, CancellationToken cancellationToken)
    {
        var said = await _context.Hooks.RunAsync(name, command, cancellationToken);
        return said.Length == 0 ? "done" : $"done; it said: {said}";
    }
}
