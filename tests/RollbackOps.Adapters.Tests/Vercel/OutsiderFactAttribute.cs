namespace RollbackOps.Adapters.Tests.Vercel;

/// <summary>A test that needs Vercel's own programs, which <c>.ci/run</c> installs; without them it is skipped, visibly.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OutsiderFactAttribute : FactAttribute
{
    public OutsiderFactAttribute()
    {
        if (Folder is null)
        {
            Skip = $"{Variable} names no folder with Vercel's own programs; .ci/run installs them where npm is reachable.";
        }
    }

    private const string Variable = "ROLLBACKOPS_PEERS";

    /// <summary>The folder that holds <c>node_modules</c>, or null.</summary>
    public static string? Folder =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder && Directory.Exists(Path.Combine(folder, "node_modules", "vercel"))
            ? folder
            : null;
}
