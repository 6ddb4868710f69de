namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>A test with the real sqlite3 program, which <c>.ci/run</c> installs; without it it is skipped, visibly.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SqliteProgramFactAttribute : FactAttribute
{
    /// <summary>Where it is on the path, or null.</summary>
    public static readonly string? Program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "sqlite3")).FirstOrDefault(File.Exists);

    public SqliteProgramFactAttribute() => Skip = Program is null ? "sqlite3 is not installed" : null;
}
