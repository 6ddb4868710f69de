using System.Runtime.CompilerServices;
using System.Threading.Channels;
using RollbackOps.Rollbacks;

namespace RollbackOps.Watching;

/// <summary>
/// Follows deployments and, where it is asked to, takes bad ones back by itself: the written procedure's automatic rollback.
/// </summary>
public sealed class DeploymentWatch
{
    /// <summary>
    /// As many states wait for whoever takes them; of more, the oldest are left out. A watch neither waits for its audience nor
    /// grows with it.
    /// </summary>
    private const int Most = 256;

    private readonly RollbackContext _context;
    private readonly IncidentKeeper? _keeper;
    private readonly Action<RollbackProgress> _tell;
    private readonly Action<WatchTick> _tick;
    private readonly Action<bool> _acting;

    /// <param name="context">The project.</param>
    /// <param name="keeper">Keeps logs and writes reports; null for neither.</param>
    /// <param name="tell">Told what goes on.</param>
    /// <param name="tick">Told how it stands.</param>
    /// <param name="acting">Told when an act begins, and when it is over.</param>
    internal DeploymentWatch(
        RollbackContext context, IncidentKeeper? keeper, Action<RollbackProgress> tell, Action<WatchTick>? tick = null, Action<bool>? acting = null)
    {
        (_context, _keeper, _tell, _tick, _acting) = (context, keeper, tell, tick ?? (_ => { }), acting ?? (_ => { }));
        _acting(false);
    }

    /// <summary>Watches; gives a state for each change, as it comes.</summary>
    /// <param name="request">What is to be watched.</param>
    /// <param name="cancellationToken">
    /// Stops it. A rollback that is under way stops waiting and can be resumed; the states up to then are still given.
    /// </param>
    /// <exception cref="RollbackOpsException">What is to be watched cannot be.</exception>
    public async IAsyncEnumerable<WatchState> WatchAsync(
        WatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var states = Channel.CreateBounded<WatchState>(new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.DropOldest });
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = Task.Run(() => RunAsync(request, states.Writer, stopping.Token), CancellationToken.None);
        try
        {
            // Not stopped by the token: what a stopped rollback came to is to be told.
            await foreach (var state in states.Reader.ReadAllAsync(CancellationToken.None))
            {
                yield return state;
            }

            await watching;
        }
        finally
        {
            // Whoever wants no more of it ends it; a rollback is never left alone.
            await stopping.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunAsync(WatchRequest request, ChannelWriter<WatchState> states, CancellationToken cancellationToken)
    {
        try
        {
            var teller = new WatchTeller(_context, request, state => states.TryWrite(state));
            var journal = new WatchJournal(_context, request.Writes, Warn);
            var acts = new WatchActs(_context, request, teller, journal, _keeper, _tell, _acting);
            await using var baking = new WatchBaking(_context, request, teller, acts, journal, Say);
            try
            {
                await new WatchLoop(_context, request, teller, acts, journal, baking, _tick).RunAsync(cancellationToken);
            }
            finally
            {
                await acts.EndAsync();
            }
        }
        finally
        {
            states.Complete();
        }
    }

    private void Say(string text) => _tell(new RollbackProgress(ProgressKind.Detail, text, 0, 0, TimeSpan.Zero));

    private void Warn(string text) => _tell(new RollbackProgress(ProgressKind.Warning, text, 0, 0, TimeSpan.Zero));
}
