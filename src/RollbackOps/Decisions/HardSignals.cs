using System.Globalization;
using RollbackOps.Signals;

namespace RollbackOps.Decisions;

/// <summary>A hard signal that holds, with its ground.</summary>
/// <param name="Signal">The signal.</param>
/// <param name="Why">Its ground, in a sentence.</param>
/// <param name="IsByTraffic">Whether users' requests show it, which one of them alone may have made.</param>
internal sealed record HeldSignal(HardSignal Signal, string Why, bool IsByTraffic = false);

/// <summary>What the probes say, debounced (decisions.md §1): one failed probe is no outage.</summary>
internal sealed class HardSignals
{
    private const long LeastRealRequests = 20;
    private static readonly TimeSpan s_sameTime = TimeSpan.FromSeconds(30);

    private HardSignals()
    {
    }

    /// <summary>The signals that hold.</summary>
    public List<HeldSignal> Held { get; } = [];

    /// <summary>Checks that fail without standing for a signal, or at some addresses only; a matter to assess.</summary>
    public List<string> Failing { get; } = [];

    /// <summary>Why the probes cannot be used, or null.</summary>
    public string? Unusable { get; private set; }

    /// <summary>What the probes showed, for the evidence.</summary>
    public List<string> Evidence { get; } = [];

    public static HardSignals Of(DecisionInputs inputs)
    {
        var found = new HardSignals();
        found.Held.AddRange(inputs.Signals
            .Where(signal => signal != HardSignal.FeatureBroken)
            .Select(signal => new HeldSignal(signal, $"{signal} was stated")));
        found.Failing.AddRange(inputs.Signals
            .Where(signal => signal == HardSignal.FeatureBroken)
            .Select(_ => "a feature is broken, as stated"));
        foreach (var check in inputs.Probes.GroupBy(probe => probe.Name))
        {
            found.Judge(check.Key, [.. check], inputs);
        }

        return found;
    }

    private void Judge(string name, List<HealthCheckResult> probes, DecisionInputs inputs)
    {
        var needed = inputs.Policy.ProbeRounds;
        var addresses = probes.GroupBy(probe => probe.Address).ToList();
        var down = addresses.Where(address => FailedRoundsInARow(address) >= needed).ToList();
        Evidence.Add(string.Create(CultureInfo.InvariantCulture,
            $"check {name}: {probes.Count(probe => probe.Status == CheckStatus.Failed)} of {probes.Count} probes failed, {needed} rounds in a row are needed"));
        if (down.Count == 0)
        {
            return;
        }

        if (inputs.IsProberOnline != true)
        {
            Unusable = inputs.IsProberOnline == false
                ? "ProberOffline: the control address does not answer either"
                : "no probe got any answer, and no control address (health.control) tells whether this machine is online";
            return;
        }

        var last = down[0].Last();
        if (RealTraffic(inputs) is { } well)
        {
            Failing.Add($"check '{name}' fails, but {well}: the check is what is broken");
            return;
        }

        var why = string.Create(CultureInfo.InvariantCulture,
            $"check '{name}' failed {needed} rounds in a row at {string.Join(", ", down.Select(address => address.Key))} ({last.Reason})");
        if (last.Signal is { } signal && signal != HardSignal.FeatureBroken && down.Count == addresses.Count)
        {
            Held.Add(new HeldSignal(signal, why));
        }
        else
        {
            Failing.Add(why);
        }
    }

    /// <summary>
    /// Real requests of the same time that mostly succeed (decisions.md §1): at least 20 in the last 30 s, fewer than half
    /// of them failed. Null where there are none.
    /// </summary>
    private static string? RealTraffic(DecisionInputs inputs)
    {
        var since = inputs.At - s_sameTime;
        foreach (var measurement in inputs.Measurements)
        {
            var cells = measurement.Cells.Where(cell => cell.At >= since && cell.At < inputs.At).ToList();
            var (requests, errors) = (cells.Sum(cell => cell.Requests), cells.Sum(cell => cell.Errors));
            if (requests >= LeastRealRequests && 2 * errors < requests)
            {
                return $"only {errors} of {requests} real requests failed in the same {s_sameTime.TotalSeconds:0} s";
            }
        }

        return null;
    }

    private static int FailedRoundsInARow(IEnumerable<HealthCheckResult> probes)
    {
        var inARow = 0;
        foreach (var probe in probes.OrderBy(probe => probe.Round))
        {
            inARow = probe.Status == CheckStatus.Failed ? inARow + 1 : 0;
        }

        return inARow;
    }
}
