using System.Collections.Concurrent;
using RollbackOps.Notifications;

namespace RollbackOps.Escalations;

/// <summary>
/// Makes the calls, each to each of its channels by itself, so that none waits for another. A call is of use in its time only:
/// what no channel took by then is given up, and never makes up for itself later.
/// </summary>
internal sealed class EscalationCalls : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(8);

    private readonly RollbackContext _context;
    private readonly Notifier _notifier;
    private readonly EscalationMessages _messages;
    private readonly List<Task> _underWay = [];
    private readonly CancellationTokenSource _leaving = new();
    private CancellationTokenSource _stopping = new();

    /// <param name="context">The project.</param>
    /// <param name="notifier">Has the channels and knows the threads; nothing else delivers by it.</param>
    public EscalationCalls(RollbackContext context, Notifier notifier)
    {
        (_context, _notifier) = (context, notifier);
        _messages = new EscalationMessages(context.Settings, notifier.Composer);
    }

    /// <summary>What came of the calls, to be recorded.</summary>
    public ConcurrentQueue<EscalationStep> Outcomes { get; } = new();

    /// <summary>Makes a call.</summary>
    /// <param name="state">The escalation.</param>
    /// <param name="call">The call, recorded already.</param>
    /// <param name="until">How long it is of use; null for as long as nobody acknowledged.</param>
    /// <param name="mayHaveArrived">Whether a process before this one may have made it.</param>
    public void Make(EscalationState state, EscalationStep call, DateTimeOffset? until, bool mayHaveArrived)
    {
        _underWay.RemoveAll(task => task.IsCompleted);
        var notification = _messages.Call(state, call);
        var taken = state.Steps.Where(step => step.Kind == EscalationStepKind.Reached && step.Call == call.Call)
            .SelectMany(step => step.Channels).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var channel in _notifier.Channels.Where(channel => call.Channels.Contains(channel.Name, StringComparer.OrdinalIgnoreCase) && !taken.Contains(channel.Name)))
        {
            var isThreadBegun = mayHaveArrived
                || state.Calls.Any(other => other.Record < call.Record && other.Channels.Contains(channel.Name, StringComparer.OrdinalIgnoreCase));
            _underWay.Add(DeliverAsync(channel, notification, call, until, mayHaveArrived, isThreadBegun, _stopping.Token));
        }
    }

    /// <summary>Stops what is still under way: somebody acknowledged.</summary>
    public async Task StopAsync()
    {
        if (_underWay.Count == 0)
        {
            return;
        }

        await _stopping.CancelAsync();
        await Task.WhenAll(_underWay);
        _underWay.Clear();
        _stopping.Dispose();
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
    }

    /// <summary>Waits until the calls that are under way have come to their end, or time is up.</summary>
    public async Task SettleAsync(TimeSpan budget, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(_underWay).WaitAsync(budget, _context.Clock, cancellationToken);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _stopping.CancelAsync();
        await Task.WhenAll(_underWay);
        _stopping.Dispose();
        _leaving.Dispose();
    }

    private async Task DeliverAsync(
        INotificationChannel channel, Notification notification, EscalationStep call, DateTimeOffset? until, bool mayHaveArrived, bool isThreadBegun,
        CancellationToken stopped)
    {
        using var time = until is { } end ? new CancellationTokenSource(Left(end), _context.Clock) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, stopped);
        var failure = "it did not answer in time";
        DateTimeOffset? lastAt = null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var reference = _notifier.ReferenceOf(notification.Thread, channel.Name);
                var order = new DeliveryOrder
                {
                    Notification = notification,
                    Attempt = attempt,
                    IsRepeat = mayHaveArrived,
                    // Of a process that did not live to remember it.
                    MayHaveThread = reference is null && (isThreadBegun || mayHaveArrived),
                    LastAttemptAt = lastAt,
                    ThreadReference = reference,
                };
                lastAt = _context.Clock.GetUtcNow();
                var receipt = await channel.DeliverAsync(order, either.Token);
                if (receipt.ThreadReference is { } known)
                {
                    Remember(notification.Thread, channel.Name, known);
                }

                Tell(EscalationStepKind.Reached, receipt.WasThere ? "It was there already." : null);
                return;
            }
            catch (DeliveryException failed) when (!failed.IsHopeless)
            {
                failure = failed.Message;
                mayHaveArrived |= failed.MayHaveArrived;
                if (!await PauseAsync(attempt, failed.RetryAfter, either.Token))
                {
                    break;
                }
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (Exception failed) when (failed is DeliveryException or RollbackOpsException or IOException or UnauthorizedAccessException)
            {
                failure = Inert.Line(failed.Message);
                break;
            }
        }

        // Given up since somebody acknowledged, it did not fail.
        if (!stopped.IsCancellationRequested)
        {
            Tell(EscalationStepKind.Unreached, failure);
        }

        void Tell(EscalationStepKind kind, string? detail) => Outcomes.Enqueue(new EscalationStep
        {
            Kind = kind,
            Level = call.Level,
            Round = call.Round,
            Call = call.Call,
            Contact = call.Contact,
            Channels = [channel.Name],
            Detail = detail is null ? null : _context.Redactor.Redact(detail),
        });
    }

    /// <summary>A call that arrived did, also where its thread cannot be written down.</summary>
    private void Remember(string thread, string channel, string reference)
    {
        try
        {
            _notifier.Remember(thread, channel, reference);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
        }
    }

    private async Task<bool> PauseAsync(int attempt, TimeSpan? asked, CancellationToken cancellationToken)
    {
        var grown = s_pause * Math.Pow(2, Math.Min(attempt - 1, 10));
        var pause = grown < s_longestPause ? grown : s_longestPause;
        try
        {
            await Task.Delay(asked is { } wait && wait > pause ? wait : pause, _context.Clock, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private TimeSpan Left(DateTimeOffset end) => end - _context.Clock.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero;
}
