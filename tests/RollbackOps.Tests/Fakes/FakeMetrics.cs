using RollbackOps.Signals;

namespace RollbackOps.Tests.Fakes;

/// <summary>Metrics that say what they are told to.</summary>
internal sealed class FakeMetrics(Func<MetricsQuery, IReadOnlyList<Measurement>> answer) : IMetricsReader
{
    /// <summary>What was asked.</summary>
    public List<MetricsQuery> Queries { get; } = [];

    public Task<IReadOnlyList<Measurement>> MeasureAsync(MetricsQuery query, CancellationToken cancellationToken)
    {
        Queries.Add(query);
        return Task.FromResult(answer(query));
    }
}
