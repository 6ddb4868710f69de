using RollbackOps.Adapters.Tests.Peers;

namespace RollbackOps.Adapters.Tests.Reports;

/// <summary>A test in Chromium, driven by programs of the npm registry; where one of them is missing it is skipped, visibly.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    private static readonly string[] s_packages = ["playwright-core", "axe-core"];

    public BrowserFactAttribute()
    {
        Skip = Browser is null ? "There is no chromium in the PATH; .ci/run installs the distribution's package."
            : OutsiderFactAttribute.Folder is not { } folder || !s_packages.All(name => Directory.Exists(Path.Combine(folder, "node_modules", name)))
                ? $"ROLLBACKOPS_PEERS names no folder with {string.Join(" and ", s_packages)}; .ci/run installs them where npm is reachable."
                : null;
    }

    /// <summary>The browser's program, or null.</summary>
    public static string? Browser { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);
}
