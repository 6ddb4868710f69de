namespace RollbackOps.Adapters.Tests.Prometheus;

/// <summary>A test against the real server of the distribution's package; without it it is skipped, visibly.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PrometheusFactAttribute : FactAttribute
{
    public PrometheusFactAttribute()
    {
        if (!IsInstalled("prometheus") || !IsInstalled("promtool"))
        {
            Skip = "prometheus and promtool are not installed; .ci/run installs the distribution's package where it may.";
        }
    }

    private static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
