using System.Globalization;

namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether a service lets us in, with every right that a rollback needs, and for how long yet.</summary>
internal sealed class AccessInspection(ReadinessScope scope, IServiceAccess service) : IInspection
{
    public string Name => $"access-{service.Name}";

    public ReadinessArea Area => service.Name == "database" ? ReadinessArea.Database : ReadinessArea.Platform;

    public string Expected => $"{service.Place} lets us in, with the rights that a rollback needs";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        var reading = await scope.ReadAsync(service, cancellationToken);
        if (reading.Missing.Count > 0)
        {
            return ReadinessFinding.Fail($"{reading.Detail}; missing: {string.Join(", ", reading.Missing)}", reading.NextStep);
        }

        var told = reading.Untold.Count == 0 ? reading.Detail : $"{reading.Detail}; only using it tells: {string.Join(", ", reading.Untold)}";
        var left = reading.ExpiresAt - scope.Now;
        return left switch
        {
            null => ReadinessFinding.Ready(told),
            { } over when over <= TimeSpan.Zero => ReadinessFinding.Fail($"{told}; expired {Day(reading)}", reading.NextStep),
            { } soon when soon <= scope.Limits.TokenExpiry =>
                ReadinessFinding.Warn($"{told}; expires in {Elapsed.Told(soon)}, {Day(reading)}", reading.NextStep),
            _ => ReadinessFinding.Ready($"{told}; expires {Day(reading)}"),
        };
    }

    private static string Day(ServiceReading reading) =>
        reading.ExpiresAt!.Value.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
