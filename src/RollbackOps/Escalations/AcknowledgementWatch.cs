using System.Collections.Concurrent;
using RollbackOps.Notifications;

namespace RollbackOps.Escalations;

/// <summary>Looks in the channels that can be read back whether somebody acknowledged there.</summary>
internal sealed class AcknowledgementWatch : IAsyncDisposable
{
    /// <summary>Between two looks: within the limits that Slack and PagerDuty set for reading.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromSeconds(10);

    /// <summary>How far the clocks of both sides may be apart.</summary>
    private static readonly TimeSpan s_skew = TimeSpan.FromSeconds(2);

    private readonly RollbackContext _context;
    private readonly Notifier _notifier;
    private readonly EscalationMessages _messages;
    private readonly Action<string> _tell;
    private readonly CancellationTokenSource _leaving = new();
    private readonly Task _work;
    private volatile EscalationState? _state;

    /// <param name="context">The project.</param>
    /// <param name="notifier">Has the channels and knows the threads.</param>
    /// <param name="tell">Told of what cannot be read.</param>
    /// <param name="pause">Between two looks, for tests.</param>
    public AcknowledgementWatch(RollbackContext context, Notifier notifier, Action<string> tell, TimeSpan? pause = null)
    {
        (_context, _notifier, _tell) = (context, notifier, tell);
        _messages = new EscalationMessages(context.Settings, notifier.Composer);
        _work = Task.WhenAll(notifier.Channels.Where(channel => channel.CanReadBack).Select(channel => WatchAsync(channel, pause ?? s_pause)));
    }

    /// <summary>What was seen, to be recorded.</summary>
    public ConcurrentQueue<EscalationStep> Seen { get; } = new();

    /// <summary>How far the escalation is: it is looked for whoever acknowledges its open calls.</summary>
    public EscalationState State
    {
        set => _state = value;
    }

    /// <summary>Looks once in every channel, and waits for what they say.</summary>
    public async Task LookOnceAsync(EscalationState state)
    {
        _state = state;
        foreach (var channel in _notifier.Channels.Where(channel => channel.CanReadBack))
        {
            try
            {
                await LookAsync(channel, look: 0);
            }
            catch (Exception failure) when (failure is DeliveryException or RollbackOpsException)
            {
                _tell(failure.Message);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _work;
        _leaving.Dispose();
    }

    private async Task WatchAsync(INotificationChannel channel, TimeSpan pause)
    {
        try
        {
            for (var look = 0; ; look++)
            {
                var next = pause;
                try
                {
                    await LookAsync(channel, look);
                }
                catch (DeliveryException failure)
                {
                    _tell(failure.Message);
                    next = failure.RetryAfter > s_pauseAfterFailure ? failure.RetryAfter.Value : s_pauseAfterFailure;
                }
                catch (RollbackOpsException failure)
                {
                    _tell(failure.Message);
                    next = s_pauseAfterFailure;
                }

                await Task.Delay(next, _context.Clock, _leaving.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The escalation is left.
        }
    }

    private async Task LookAsync(INotificationChannel channel, int look)
    {
        if (_state is not { IsOver: false, Acknowledged: null } state)
        {
            return;
        }

        var calls = state.OpenCalls.Where(call => call.Channels.Contains(channel.Name, StringComparer.OrdinalIgnoreCase)).ToList();
        if (calls.Count == 0)
        {
            return;
        }

        // The last one each time, and of those before it one after the other: there may be many by morning.
        foreach (var call in new[] { calls[^1], calls[look % calls.Count] }.Distinct())
        {
            var acknowledgement = await channel.ReadAcknowledgementAsync(
                _messages.Call(state, call), _notifier.ReferenceOf(state.Thread, channel.Name), calls[0].At - s_skew, _leaving.Token);
            if (acknowledgement is not null)
            {
                Seen.Enqueue(new EscalationStep
                {
                    Kind = EscalationStepKind.Acknowledged,
                    By = acknowledgement.By,
                    Call = call.Call,
                    Channels = [channel.Name],
                    Detail = $"{acknowledgement.How}, by way of {channel.Name}.",
                });
                return;
            }
        }
    }
}
