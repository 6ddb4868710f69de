namespace RollbackOps.Adapters.Tests.Runbooks;

/// <summary>A test on a real program; where it is not installed, it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ToolFactAttribute : FactAttribute
{
    /// <param name="program">The program that it needs.</param>
    public ToolFactAttribute(string program)
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))))
        {
            Skip = $"{program} is not installed.";
        }
    }
}
