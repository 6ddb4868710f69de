namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>A test that needs the program psql; without it, it is skipped, visibly. It needs no server.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PsqlFactAttribute : FactAttribute
{
    public PsqlFactAttribute()
    {
        if (Program is null)
        {
            Skip = "There is no psql on the path; the distribution's package postgresql-client has it.";
        }
    }

    /// <summary>Where it is, or null.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "psql"))
        .FirstOrDefault(File.Exists);
}
