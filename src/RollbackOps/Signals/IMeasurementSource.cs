namespace RollbackOps.Signals;

/// <summary>Where measurements come from, look after look.</summary>
internal interface IMeasurementSource : IAsyncDisposable
{
    /// <summary>What it is, in words.</summary>
    string Name { get; }

    /// <summary>What it knows now.</summary>
    /// <param name="goLive">When what is live went live, or null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RollbackOpsException">It cannot be read.</exception>
    Task<SourceReading> ReadAsync(DateTimeOffset? goLive, CancellationToken cancellationToken);
}

/// <summary>What sources say at one look.</summary>
internal sealed record SourceReading
{
    public IReadOnlyList<Measurement> Measurements { get; init; } = [];

    /// <summary>The last hour before go-live, where it is no part of the measurements.</summary>
    public Measurement? Baseline { get; init; }

    /// <summary>The last rounds of probes.</summary>
    public IReadOnlyList<HealthCheckResult> Probes { get; init; } = [];

    /// <summary>What could not be read, and why (S32).</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>Reads all of them; one that cannot be read is said, and keeps nothing from the others.</summary>
    public static async Task<SourceReading> OfAsync(
        IReadOnlyList<IMeasurementSource> sources, DateTimeOffset? goLive, CancellationToken cancellationToken)
    {
        var all = await Task.WhenAll(sources.Select(source => TryAsync(source, goLive, cancellationToken)));
        return new SourceReading
        {
            Measurements = [.. all.SelectMany(one => one.Measurements)],
            Baseline = all.Select(one => one.Baseline).FirstOrDefault(baseline => baseline is not null),
            Probes = [.. all.SelectMany(one => one.Probes)],
            Unreadable = [.. all.SelectMany(one => one.Unreadable)],
        };
    }

    private static async Task<SourceReading> TryAsync(
        IMeasurementSource source, DateTimeOffset? goLive, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(goLive, cancellationToken);
        }
        catch (RollbackOpsException unreadable)
        {
            return new SourceReading { Unreadable = [$"{source.Name} cannot be read: {unreadable.Message}"] };
        }
    }
}
