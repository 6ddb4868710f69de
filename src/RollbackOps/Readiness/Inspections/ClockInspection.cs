using System.Globalization;

namespace RollbackOps.Readiness.Inspections;

/// <summary>How far this machine's clock is from those of the services in use: leases, windows and timelines go by it.</summary>
internal sealed class ClockInspection(ReadinessScope scope) : IInspection
{
    public string Name => "clock";

    public ReadinessArea Area => ReadinessArea.Machine;

    public string Expected => string.Create(CultureInfo.InvariantCulture, $"within {scope.Limits.ClockSkew.TotalSeconds:0.#} s of the clocks of the services in use");

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        var (told, silent) = (new List<(string Place, TimeSpan Skew)>(), new List<string>());
        foreach (var service in scope.Services)
        {
            try
            {
                if (await scope.ReadAsync(service, cancellationToken) is { ServerTime: { } server, LocalTime: { } local })
                {
                    told.Add((service.Place, local - server));
                    continue;
                }
            }
            catch (RollbackOpsException)
            {
                // Why it does not answer is told by its own check.
            }

            silent.Add(service.Place);
        }

        if (told.Count == 0)
        {
            return silent.Count == 0
                ? ReadinessFinding.None("no service in use has a clock to compare with")
                : ReadinessFinding.Untold($"{string.Join(", ", silent)} told no time", "See its access check.");
        }

        var (place, skew) = told.MaxBy(one => one.Skew.Duration());
        var observed = string.Create(CultureInfo.InvariantCulture,
            $"{skew.Duration().TotalSeconds:0.0} s {(skew < TimeSpan.Zero ? "behind" : "ahead of")} {place}{(silent.Count > 0 ? $"; no time from {string.Join(", ", silent)}" : "")}");
        return skew.Duration() > scope.Limits.ClockSkew
            ? ReadinessFinding.Fail(observed, "Set this machine's clock: let it follow a time server (timedatectl set-ntp true).")
            : ReadinessFinding.Ready(observed);
    }
}
