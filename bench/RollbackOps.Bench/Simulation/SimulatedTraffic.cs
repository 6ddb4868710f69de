using RollbackOps.Decisions;

namespace RollbackOps.Bench.Simulation;

/// <summary>One stretch of simulated traffic, cell by cell; clients are drawn only when they are asked for.</summary>
internal sealed class SimulatedTraffic : ICellClients
{
    public const int CellsPerHour = 360;
    private const int CellsPerMinute = 6;
    private const int Clients = 50;

    private readonly Scenario _scenario;
    private readonly double _perCell;
    private readonly List<(int Requests, int Errors, bool HasRetry)> _cells = [];
    private readonly Dictionary<int, ClientShare[]> _shares = [];
    private ulong _seed;
    private Chance _chance;
    private int _retryFrom;
    private double _volume;
    private double _rate;

    public SimulatedTraffic(Scenario scenario, double perMinute)
    {
        _scenario = scenario;
        _perCell = perMinute / CellsPerMinute;
    }

    /// <summary>Begins a new stretch.</summary>
    public void Begin(ulong seed)
    {
        _seed = seed;
        _chance = new Chance(seed);
        _cells.Clear();
        _shares.Clear();
        _retryFrom = _scenario.HasRetryingClient ? _chance.Next(CellsPerHour - 120) : int.MaxValue;
    }

    /// <summary>The next cell's requests and errors.</summary>
    public (int Requests, int Errors) Next()
    {
        var cell = _cells.Count;
        if (cell % CellsPerMinute == 0)
        {
            BeginMinute();
        }

        var onset = _scenario.HoursBefore * CellsPerHour;
        var isBad = _scenario.Bad is not null && cell >= onset && cell - onset < _scenario.BadCells;
        var requests = _chance.Poisson(_perCell * _volume);
        var errors = _chance.Binomial(requests, isBad ? _scenario.Bad!.Value : _rate);
        var hasRetry = cell >= _retryFrom && cell < _retryFrom + 120;
        _cells.Add((requests, errors, hasRetry));
        return hasRetry ? (requests + 1, errors + 1) : (requests, errors);
    }

    /// <inheritdoc />
    public ReadOnlySpan<ClientShare> Of(int cell)
    {
        if (!_shares.TryGetValue(cell, out var shares))
        {
            _shares[cell] = shares = Draw(cell);
        }

        return shares;
    }

    private void BeginMinute()
    {
        // Of ten minutes nine have 1/1.4 of the mean and one has 5/1.4 of it.
        _volume = !_scenario.IsBursty ? 1 : (_chance.Next() < 0.1 ? 5 : 1) / 1.4;
        _rate = _scenario.BadMinutes > 0 && _chance.Next() < _scenario.BadMinutes ? _scenario.BadMinuteRate : _scenario.Healthy;
        if (_scenario.Correlation > 0)
        {
            var size = (1 / _scenario.Correlation) - 1;
            _rate = _chance.Beta(_scenario.Healthy * size, (1 - _scenario.Healthy) * size);
        }
    }

    private ClientShare[] Draw(int cell)
    {
        var (requests, errors, hasRetry) = _cells[cell];
        var chance = new Chance(Chance.Seed(_seed, (ulong)cell));
        Span<(int Requests, int Errors)> counts = stackalloc (int, int)[Clients];
        counts.Clear();
        var distinct = hasRetry ? 1 : 0;
        for (var i = 0; i < requests; i++)
        {
            ref var count = ref counts[chance.Next(Clients)];
            distinct += count.Requests == 0 ? 1 : 0;
            count = (count.Requests + 1, count.Errors + (i < errors ? 1 : 0));
        }

        var shares = new ClientShare[distinct];
        var at = 0;
        for (var client = 0; client < Clients; client++)
        {
            if (counts[client].Requests > 0)
            {
                shares[at++] = new ClientShare(client, counts[client].Requests, counts[client].Errors);
            }
        }

        if (hasRetry)
        {
            shares[at] = new ClientShare(Clients, 1, 1);
        }

        return shares;
    }
}
