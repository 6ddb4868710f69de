namespace RollbackOps.Notifications;

/// <summary>
/// Tells people in the background while a rollback goes on (S36). The rollback does nothing for it but append to its journal;
/// nothing that goes wrong here reaches it.
/// </summary>
internal sealed class NotificationPump : IAsyncDisposable
{
    private readonly Notifier _notifier;
    private readonly RollbackContext _context;
    private readonly Action<string> _warn;
    private readonly SemaphoreSlim _news = new(0);
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenSource _overtime = new();
    private readonly List<NotificationResult> _refused = [];
    private Task _work = Task.CompletedTask;

    /// <param name="notifier">Delivers.</param>
    /// <param name="context">Whose journal it follows.</param>
    /// <param name="warn">Told what a person should know.</param>
    public NotificationPump(Notifier notifier, RollbackContext context, Action<string> warn)
    {
        _notifier = notifier;
        _context = context;
        _warn = warn;
    }

    /// <summary>Begins, before anything happens that is to be told.</summary>
    public void Start()
    {
        try
        {
            _notifier.Begin();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or RollbackOpsException)
        {
            Warn(failure);
        }

        _context.Journal.Appended = kind =>
        {
            if (JournalNews.IsNews(kind))
            {
                _news.Release();
            }
        };
        _work = Task.Run(WorkAsync);
    }

    /// <summary>Delivers what is left, within the configured budget, and gives how it stands with each channel.</summary>
    /// <param name="stopping">The user does not want to wait.</param>
    public async Task<IReadOnlyList<NotificationResult>> EndAsync(CancellationToken stopping)
    {
        _context.Journal.Appended = null;
        using var budget = new CancellationTokenSource(_context.Settings.Notifications.Budget, _context.Clock);
        using var registration = budget.Token.Register(_overtime.Cancel);
        using var stopped = stopping.Register(_overtime.Cancel);
        await _ending.CancelAsync();
        await _work;
        var results = await DeliverAsync(enough: CancellationToken.None);
        _notifier.RecordTold();
        return [.. results.Select(WithRefused)];
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _overtime.CancelAsync();
        await _work;
        _news.Dispose();
        _ending.Dispose();
        _overtime.Dispose();
        _notifier.Dispose();
    }

    private async Task WorkAsync()
    {
        try
        {
            while (true)
            {
                await _news.WaitAsync(_ending.Token);
                _refused.AddRange((await DeliverAsync(_ending.Token)).Where(result => result.Refused.Count > 0));
            }
        }
        catch (OperationCanceledException)
        {
            // The rollback is over; the rest is done at the end.
        }
    }

    private async Task<IReadOnlyList<NotificationResult>> DeliverAsync(CancellationToken enough)
    {
        try
        {
            return await _notifier.DeliverAsync(enough, _overtime.Token);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or RollbackOpsException)
        {
            Warn(failure);
            return [];
        }
    }

    private NotificationResult WithRefused(NotificationResult result) =>
        _refused.FirstOrDefault(one => one.Channel == result.Channel) is { } before && result.Refused.Count == 0
            ? result with { Refused = before.Refused, Message = result.Message ?? before.Message, NextStep = result.NextStep ?? before.NextStep }
            : result;

    private void Warn(Exception failure) =>
        _warn($"Messages to people cannot be queued in {_notifier.Location}: {Inert.Line(failure.Message)}");
}
