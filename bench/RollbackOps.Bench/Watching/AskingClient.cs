using System.Diagnostics;
using System.Text.Json.Nodes;

namespace RollbackOps.Bench.Watching;

/// <summary>A client that asks all the while, over new connections, and remembers when it failed and when it was well again.</summary>
internal sealed class AskingClient : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private readonly Uri _address;
    private readonly CancellationTokenSource _stop = new();
    private readonly object _gate = new();
    private readonly Task _asking;
    private long? _failedAt;
    private long? _goodAt;
    private bool _wasGood;

    public AskingClient(Uri address)
    {
        _address = address;
        _asking = Task.Run(AskAsync);
    }

    /// <summary>From the first failing answer, counted from its request, to the first good one after it.</summary>
    public TimeSpan Outage()
    {
        lock (_gate)
        {
            return _failedAt is { } failed && _goodAt is { } good
                ? Stopwatch.GetElapsedTime(failed, good)
                : throw new InvalidOperationException("The client met no outage, or no end of it.");
        }
    }

    /// <summary>What it met up to now counts no more.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            (_failedAt, _goodAt) = (null, null);
        }
    }

    /// <summary>Waits for a good answer.</summary>
    public async Task AwaitGoodAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        while (!Volatile.Read(ref _wasGood))
        {
            await Task.Delay(s_pause, limit.Token);
        }
    }

    /// <summary>The process that answers.</summary>
    public async Task<int> ReadProcessIdAsync()
    {
        using var http = new HttpClient();
        return (int)JsonNode.Parse(await http.GetStringAsync(_address))!["processId"]!;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _stop.Dispose();
    }

    private async Task AskAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            var isGood = await IsGoodAsync();
            lock (_gate)
            {
                Volatile.Write(ref _wasGood, isGood);
                if (!isGood)
                {
                    _failedAt ??= asked;
                    _goodAt = null;
                }
                else if (_failedAt is not null)
                {
                    _goodAt ??= Stopwatch.GetTimestamp();
                }
            }

            await Task.Delay(s_pause);
        }
    }

    private async Task<bool> IsGoodAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            using var answer = await http.GetAsync(_address);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
