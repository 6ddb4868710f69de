using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Signals;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Decisions;

/// <summary>Builds what a verdict follows from.</summary>
internal static class Given
{
    public static readonly TimeSpan Cell = TimeSpan.FromSeconds(10);
    private static readonly Uri s_address = new("http://shop.test/");

    /// <summary>A rate that somebody states.</summary>
    public static Measurement Rate(double percent, TimeSpan length) => Window(length) with
    {
        ErrorRatePercent = percent,
    };

    public static Measurement P95(double seconds, TimeSpan length) => Window(length) with
    {
        P95 = TimeSpan.FromSeconds(seconds),
    };

    public static Measurement Resource(double percent, TimeSpan length) => Window(length) with
    {
        Resource = "cpu",
        ResourcePercent = percent,
    };

    public static Measurement Counts(long requests, long errors, TimeSpan length) =>
        Measurement.FromCounts("test", FakeClock.Start - length, FakeClock.Start, requests, errors);

    /// <summary>Cells of ten seconds that end now, oldest first.</summary>
    public static Measurement Cells(params IReadOnlyList<(long Requests, long Errors)> cells) =>
        Measurement.FromCells("test", [.. cells.Select((cell, at) => new TrafficCell
        {
            At = FakeClock.Start - ((cells.Count - at) * Cell),
            Length = Cell,
            Requests = cell.Requests,
            Errors = cell.Errors,
        })]);

    /// <summary>The same cell over and over.</summary>
    public static IEnumerable<(long Requests, long Errors)> Same(int cells, long requests, long errors) =>
        Enumerable.Repeat((requests, errors), cells);

    /// <summary>Cells since go-live; the requests of fifty clients, and the errors of them or of one alone.</summary>
    public static DecisionInputs Live(IEnumerable<(long Requests, long Errors)> cells, bool hasOneClientsErrors = false)
    {
        var measurement = Cells([.. cells]);
        measurement = measurement with
        {
            Cells = [.. measurement.Cells.Select(cell => cell with { Clients = Clients(cell, hasOneClientsErrors) })],
        };
        return Inputs(measurement) with { GoLive = measurement.From };
    }

    /// <summary>A measurement as what a verdict follows from; its cells come without delay.</summary>
    public static DecisionInputs Inputs(params Measurement[] measurements) => new()
    {
        At = FakeClock.Start,
        Policy = new PolicySettings { Lag = TimeSpan.Zero },
        Measurements = measurements,
    };

    /// <summary>The cells of a measurement, with the rule after its last look.</summary>
    public static MeasuredCells Judged(Measurement measurement) => MeasuredCells.Of(measurement, Inputs(measurement))!;

    /// <summary>Requests and errors of a cell, spread evenly; with one client's errors, all of those are client 0's.</summary>
    private static List<ClientTraffic> Clients(TrafficCell cell, bool hasOneClientsErrors)
    {
        const int Count = 50;
        var turn = (int)(cell.At.UtcTicks / Cell.Ticks % Count);
        var (requests, errors) = (new long[Count], new long[Count]);
        for (var i = 0; i < cell.Requests; i++)
        {
            var isError = i < cell.Errors;
            var client = isError && hasOneClientsErrors ? 0 : (turn + i) % Count;
            requests[client]++;
            errors[client] += isError ? 1 : 0;
        }

        return [.. Enumerable.Range(0, Count).Where(client => requests[client] > 0).Select(client => new ClientTraffic
        {
            Client = $"client {client}",
            Requests = requests[client],
            Errors = errors[client],
        })];
    }

    /// <summary>Rounds of one check at one address, true where it passed.</summary>
    public static IReadOnlyList<HealthCheckResult> Rounds(params bool[] passed) =>
        Rounds(s_address, HardSignal.ServiceDown, passed);

    public static IReadOnlyList<HealthCheckResult> Rounds(Uri address, HardSignal? signal, params bool[] passed) =>
    [
        .. passed.Select((isPassed, at) => new HealthCheckResult
        {
            Name = "health",
            Address = address,
            Status = isPassed ? CheckStatus.Passed : CheckStatus.Failed,
            At = FakeClock.Start + TimeSpan.FromSeconds(2 * at),
            Duration = TimeSpan.FromSeconds(2),
            Reason = isPassed ? null : "no answer",
            Signal = signal,
            Round = at + 1,
        }),
    ];

    public static RollbackDecision Decide(params Measurement[] measurements) => Decide(Inputs(measurements));

    public static RollbackDecision DecideProbes(bool? isOnline, IReadOnlyList<HealthCheckResult> probes) =>
        Decide(new DecisionInputs
        {
            At = FakeClock.Start,
            Policy = new PolicySettings(),
            Probes = probes,
            IsProberOnline = isOnline,
        });

    public static RollbackDecision DecideSignals(params HardSignal[] signals) =>
        Decide(new DecisionInputs { At = FakeClock.Start, Policy = new PolicySettings(), Signals = signals });

    public static RollbackDecision Decide(DecisionInputs inputs) =>
        DecisionRule.Decide(World.Project, World.Environment, inputs);

    private static Measurement Window(TimeSpan length) => new()
    {
        Source = "test",
        From = FakeClock.Start - length,
        To = FakeClock.Start,
    };
}
