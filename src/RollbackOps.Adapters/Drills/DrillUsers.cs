using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using RollbackOps.Drills;

namespace RollbackOps.Adapters.Drills;

/// <summary>
/// The users: they store messages and read them again, at a rate that does not depend on how the service does, and know what an
/// answer has to be.
/// </summary>
internal sealed class DrillUsers : IAsyncDisposable
{
    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(10);
    private const int MostAtOnce = 64;

    private readonly DrillTraffic _traffic;
    private readonly ScaledClock _clock;
    private readonly Uri[] _addresses;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { Timeout = s_patience };
    private readonly SemaphoreSlim _room = new(MostAtOnce);
    private readonly CancellationTokenSource _stop = new();
    private readonly object _gate = new();
    private readonly List<string> _stored = [];
    private readonly List<Seen> _seen = [];
    // The same each time: a drill is to go the same way.
    private readonly Random _random = new(20251105);
    private DateTimeOffset? _since;
    private Task _work = Task.CompletedTask;

    public DrillUsers(DrillTraffic traffic, IEnumerable<Uri> addresses, IEnumerable<string> stored, ScaledClock clock)
    {
        _traffic = traffic;
        _clock = clock;
        _addresses = [.. addresses];
        _stored.AddRange(stored);
    }

    /// <summary>What was stored and acknowledged.</summary>
    public IReadOnlyList<string> Stored
    {
        get
        {
            lock (_gate)
            {
                return [.. _stored];
            }
        }
    }

    public void Start() => _work = Task.Run(WorkAsync);

    /// <summary>From now on it counts what they see.</summary>
    public void CountFromNow()
    {
        lock (_gate)
        {
            _since = _clock.GetUtcNow();
        }
    }

    /// <summary>What they saw.</summary>
    public DrillSight Look()
    {
        List<Seen> seen;
        lock (_gate)
        {
            seen = _since is { } since ? [.. _seen.Where(one => one.Begun >= since).OrderBy(one => one.Ended)] : [];
        }

        var last = seen.FindLastIndex(one => one.Bad is not null);
        var after = seen.Skip(last + 1).Where(one => one.IsGood).ToList();
        return new DrillSight
        {
            FirstBad = seen.FirstOrDefault(one => one.Bad is not null)?.Ended,
            LastBad = last < 0 ? null : seen[last].Ended,
            FirstGoodAfter = last < 0 ? null : after.FirstOrDefault()?.Ended,
            GoodInARow = after.Count,
            Requests = seen.Count,
            Bad = seen.Count(one => one.Bad is not null),
            BadSince = moment => seen.LastOrDefault(one => one.Bad is not null && one.Begun > moment) is { } bad
                ? string.Create(CultureInfo.InvariantCulture, $"a user asked at {bad.Begun:HH:mm:ss} UTC and got {bad.Bad}")
                : null,
        };
    }

    /// <summary>Ends them, once what they asked for is answered.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _work;
        for (var i = 0; i < MostAtOnce; i++)
        {
            await _room.WaitAsync();
        }

        _room.Release(MostAtOnce);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _room.Dispose();
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        var interval = TimeSpan.FromMinutes(1) / _traffic.RequestsPerMinute;
        var begun = _clock.GetTimestamp();
        var pause = _clock.Real(interval) > s_shortest ? interval : s_shortest * _clock.Scale;
        try
        {
            for (var made = 0L; ;)
            {
                for (var due = (long)(_clock.GetElapsedTime(begun) / interval); made < due; made++)
                {
                    await _room.WaitAsync(_stop.Token);
                    _ = AskAsync(NextRequest(made));
                }

                await Task.Delay(pause, _clock, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // They are ended.
        }
    }

    private Wish NextRequest(long number)
    {
        lock (_gate)
        {
            var client = $"client-{_random.Next(_traffic.Clients)}";
            var address = _addresses[number % _addresses.Length];
            return _random.NextDouble() * 100 < _traffic.WritePercent
                ? new Wish(address, client, $"{client}-{number}", IsWrite: true)
                : new Wish(address, client, _stored[_random.Next(_stored.Count)], IsWrite: false);
        }
    }

    private async Task AskAsync(Wish wish)
    {
        var begun = _clock.GetUtcNow();
        try
        {
            var (isGood, bad) = await SendAsync(wish);
            lock (_gate)
            {
                if (wish.IsWrite && isGood)
                {
                    _stored.Add(wish.Token);
                }

                _seen.Add(new Seen(begun, _clock.GetUtcNow(), isGood, bad));
            }
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>Gives whether the answer is good, and what is wrong with it; neither for a message that a restore left behind.</summary>
    private async Task<(bool IsGood, string? Bad)> SendAsync(Wish wish)
    {
        using var request = wish.IsWrite
            ? new HttpRequestMessage(HttpMethod.Post, new Uri(wish.Address, "/api/messages")) { Content = new StringContent(wish.Token, Encoding.UTF8) }
            : new HttpRequestMessage(HttpMethod.Get, new Uri(wish.Address, $"/api/messages/{wish.Token}"));
        request.Headers.Add("X-Client", wish.Client);
        var begun = _clock.GetTimestamp();
        try
        {
            using var response = await _http.SendAsync(request);
            var body = await response.Content.ReadAsStringAsync();
            var delay = TimeSpan.FromTicks(long.Parse(response.Headers.GetValues("X-Delay").First(), CultureInfo.InvariantCulture));
            var took = _clock.Unscaled(delay, _clock.GetElapsedTime(begun));
            return response.StatusCode switch
            {
                HttpStatusCode.NotFound => (false, null),
                >= HttpStatusCode.InternalServerError => (false, $"status {(int)response.StatusCode}"),
                // What is late is stored all the same.
                _ when took > s_slow => (wish.IsWrite, string.Create(CultureInfo.InvariantCulture, $"an answer after {took.TotalSeconds:0.0} s")),
                HttpStatusCode.OK when JsonDocument.Parse(body).RootElement.GetProperty("body").GetString() != DrillDatabase.BodyOf(wish.Token) =>
                    (false, "a message that is not what was stored"),
                _ => (true, null),
            };
        }
        catch (Exception none) when (none is HttpRequestException or TaskCanceledException or IOException)
        {
            return (false, "no answer");
        }
    }

    private sealed record Wish(Uri Address, string Client, string Token, bool IsWrite);

    private sealed record Seen(DateTimeOffset Begun, DateTimeOffset Ended, bool IsDone, string? Bad)
    {
        public bool IsGood => IsDone && Bad is null;
    }
}
