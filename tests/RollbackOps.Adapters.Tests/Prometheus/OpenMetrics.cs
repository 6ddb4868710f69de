using System.Globalization;
using System.Text;

namespace RollbackOps.Adapters.Tests.Prometheus;

/// <summary>Samples as promtool reads them.</summary>
internal sealed class OpenMetrics
{
    private readonly Dictionary<string, StringBuilder> _families = [];

    /// <summary>Adds samples of a series.</summary>
    /// <param name="family">The metric's name without the ending that OpenMetrics demands of the type.</param>
    /// <param name="type">counter, gauge or histogram.</param>
    /// <param name="series">The series as PromQL writes it.</param>
    /// <param name="samples">When, and what.</param>
    public void Add(string family, string type, string series, IEnumerable<(DateTimeOffset At, double Value)> samples)
    {
        if (!_families.TryGetValue(family, out var lines))
        {
            _families[family] = lines = new StringBuilder($"# TYPE {family} {type}\n");
        }

        foreach (var (at, value) in samples)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{series} {value} {at.ToUnixTimeMilliseconds() / 1000.0:0.000}\n");
        }
    }

    public override string ToString() => string.Concat(_families.Values) + "# EOF\n";
}
