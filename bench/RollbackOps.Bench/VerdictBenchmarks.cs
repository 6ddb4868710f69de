using BenchmarkDotNet.Attributes;
using RollbackOps.Bench.Simulation;
using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Signals;

namespace RollbackOps.Bench;

/// <summary>A verdict on a ready measurement: every look since go-live is recomputed from its cells.</summary>
public class VerdictBenchmarks
{
    private DecisionInputs? _inputs;

    [Params(1, 24)]
    public int Hours { get; set; }

    [Params(0.005, 0.25)]
    public double ErrorRate { get; set; }

    [Params(false, true)]
    public bool HasClients { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        const int CellsPerHour = SimulatedTraffic.CellsPerHour;
        var traffic = new SimulatedTraffic(new Scenario { Name = "bench", Bad = ErrorRate, HoursBefore = Hours - 1 }, 60);
        traffic.Begin(1);
        var begin = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var cells = new List<TrafficCell>();
        for (var at = 0; at < (Hours - 1) * CellsPerHour + 60; at++)
        {
            var (requests, errors) = traffic.Next();
            cells.Add(new TrafficCell
            {
                At = begin.AddSeconds(10 * at),
                Length = TimeSpan.FromSeconds(10),
                Requests = requests,
                Errors = errors,
                Clients = !HasClients ? null :
                [
                    .. traffic.Of(at).ToArray().Select(share => new ClientTraffic
                    {
                        Client = $"10.0.0.{share.Client}",
                        Requests = share.Requests,
                        Errors = share.Errors,
                    }),
                ],
            });
        }

        var measurement = Measurement.FromCells("bench", cells);
        _inputs = new DecisionInputs
        {
            At = measurement.To,
            Policy = new PolicySettings(),
            GoLive = measurement.From,
            Measurements = [measurement],
        };
    }

    [Benchmark]
    public object Decide() => DecisionRule.Decide("bench", "production", _inputs!);
}
