using RollbackOps;
using RollbackOps.Configuration;
using RollbackOps.Notifications;
using RollbackTools.Isolation;

namespace RollbackTools.Commands;

/// <summary>Tells people of one attempt while it goes on (S36), and says at its end who could not be told.</summary>
internal sealed class Telling : IAsyncDisposable
{
    private readonly Action<string> _verbose;
    private readonly Action<string> _warn;
    private TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NotificationPump? _pump;

    public Telling(Action<string> verbose, Action<string> warn) => (_verbose, _warn) = (verbose, warn);

    /// <summary>Begins, where a channel is configured; once, however often the context is opened.</summary>
    /// <param name="context">Whose journal is told.</param>
    /// <param name="secrets">Resolves the channels' secrets.</param>
    /// <param name="isCall">Whether telling people is all there is to do: then no vault has to wait for the end.</param>
    public void Follow(RollbackContext context, ISecretSource secrets, bool isCall = false)
    {
        if (_pump is null
            && Notifier.Create(Adapters.Factory, context, isCall ? secrets : new LateSecrets(secrets, () => Volatile.Read(ref _over).Task), _verbose) is { } notifier)
        {
            _pump = new NotificationPump(notifier, context, _warn);
            _pump.Start();
        }
    }

    /// <summary>Between two acts nothing is held up by a vault; while one goes on it would be (S36).</summary>
    /// <param name="isActing">Whether an act begins, or is over.</param>
    public void Hold(bool isActing)
    {
        if (isActing)
        {
            Volatile.Write(ref _over, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        else
        {
            Volatile.Read(ref _over).TrySetResult();
        }
    }

    /// <summary>Waits for the deliveries, as long as the configuration lets it, and warns of those that did not work.</summary>
    public async Task EndAsync(CancellationToken stopping)
    {
        _over.TrySetResult();
        if (_pump is not { } pump)
        {
            return;
        }

        foreach (var result in await pump.EndAsync(stopping))
        {
            if (result.Queued.Count + result.Refused.Count > 0)
            {
                _warn($"Not told: {result.Channel} ({result.Place}), message {string.Join(", ", result.Queued.Concat(result.Refused))}: {result.Message} {result.NextStep}");
            }
        }
    }

    public ValueTask DisposeAsync() => _pump?.DisposeAsync() ?? default;
}
