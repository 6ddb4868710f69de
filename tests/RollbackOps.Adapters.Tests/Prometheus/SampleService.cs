namespace RollbackOps.Adapters.Tests.Prometheus;

/// <summary>
/// A service of two processes that count their requests, scraped every 15 s, each at a time of its own; and what it really
/// did, to be held against what is measured.
/// </summary>
internal sealed class SampleService
{
    /// <summary>When it begins.</summary>
    public static readonly DateTimeOffset Begin = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private const int Scrape = 15;
    private static readonly double[] s_ends = [0.5, 1, 2, 5];

    private readonly Random _random = new(11);
    private readonly Dictionary<(int Process, string Status), List<(DateTimeOffset, double)>> _counters = [];
    private readonly Dictionary<(int Process, double End), List<(DateTimeOffset, double)>> _buckets = [];
    private readonly Dictionary<(int, string), double> _counts = [];
    private readonly Dictionary<(int, double), double> _timed = [];

    /// <summary>The second that the second process starts anew, at zero.</summary>
    public int RestartAt { get; init; } = 1300;

    /// <summary>The second from which a tenth fails; before, nothing ever did.</summary>
    public int FailsFrom { get; init; } = 1800;

    /// <summary>How long it runs, in seconds.</summary>
    public int Length { get; init; } = 3600;

    /// <summary>Whether scrapes are lost, of both processes, in this second.</summary>
    public Func<int, bool> IsLost { get; init; } = _ => false;

    /// <summary>Every scrape, with the increments that it is the first to show.</summary>
    public List<(DateTimeOffset At, string Status, double Count)> Truth { get; } = [];

    public OpenMetrics ToMetrics()
    {
        for (var second = 0; second <= Length; second++)
        {
            for (var process = 0; process < 2; process++)
            {
                Serve(process, second);
                if (second % Scrape == 3 + (7 * process) && !IsLost(second))
                {
                    Show(process, second);
                }
            }
        }

        var metrics = new OpenMetrics();
        foreach (var ((process, status), samples) in _counters)
        {
            metrics.Add("http_requests", "counter", $"http_requests_total{{job=\"shop\",instance=\"shop-{process}:80\",code=\"{status}\"}}", samples);
        }

        foreach (var ((process, end), samples) in _buckets)
        {
            var le = double.IsInfinity(end) ? "+Inf" : FormattableString.Invariant($"{end}");
            metrics.Add("http_request_duration_seconds", "histogram",
                $"http_request_duration_seconds_bucket{{job=\"shop\",instance=\"shop-{process}:80\",le=\"{le}\"}}", samples);
        }

        return metrics;
    }

    private void Serve(int process, int second)
    {
        if (process == 1 && second == RestartAt)
        {
            foreach (var key in _counts.Keys.Where(key => key.Item1 == 1).ToList())
            {
                _counts[key] = 0;
            }

            foreach (var key in _timed.Keys.Where(key => key.Item1 == 1).ToList())
            {
                _timed[key] = 0;
            }
        }

        for (var request = _random.Next(0, 5); request > 0; request--)
        {
            var status = second >= FailsFrom && _random.Next(10) == 0 ? "500" : _random.Next(20) == 0 ? "401" : "200";
            _counts[(process, status)] = _counts.GetValueOrDefault((process, status)) + 1;
            var took = _random.NextDouble() * 2.5;
            foreach (var end in s_ends.Append(double.PositiveInfinity))
            {
                _timed[(process, end)] = _timed.GetValueOrDefault((process, end)) + (took <= end ? 1 : 0);
            }
        }
    }

    private void Show(int process, int second)
    {
        var at = Begin.AddSeconds(second);
        foreach (var ((of, status), count) in _counts.Where(one => one.Key.Item1 == process))
        {
            if (!_counters.TryGetValue((of, status), out var samples))
            {
                _counters[(of, status)] = samples = [];
            }

            var before = samples.Count == 0 ? 0 : samples[^1].Item2;
            // Of a process that is seen for the first time nothing is known but where it stands.
            var isFirst = second < Scrape;
            Truth.Add((at, status, isFirst ? 0 : count >= before ? count - before : count));
            samples.Add((at, count));
        }

        foreach (var ((of, end), count) in _timed.Where(one => one.Key.Item1 == process))
        {
            if (!_buckets.TryGetValue((of, end), out var samples))
            {
                _buckets[(of, end)] = samples = [];
            }

            samples.Add((at, count));
        }
    }
}
