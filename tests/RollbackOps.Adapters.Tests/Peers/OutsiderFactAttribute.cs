namespace RollbackOps.Adapters.Tests.Peers;

/// <summary>A test that needs programs that nobody here wrote, which <c>.ci/run</c> installs; without them it is skipped, visibly.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OutsiderFactAttribute : FactAttribute
{
    private const string Variable = "ROLLBACKOPS_PEERS";

    /// <param name="package">The package that it needs.</param>
    public OutsiderFactAttribute(string package)
    {
        if (Folder is null || !Directory.Exists(Path.Combine(Folder, "node_modules", package)))
        {
            Skip = $"{Variable} names no folder with {package}; .ci/run installs it where npm is reachable.";
        }
    }

    /// <summary>The folder that holds <c>node_modules</c>, or null.</summary>
    public static string? Folder =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder && Directory.Exists(Path.Combine(folder, "node_modules"))
            ? folder
            : null;
}
