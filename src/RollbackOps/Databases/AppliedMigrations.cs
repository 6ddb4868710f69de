namespace RollbackOps.Databases;

/// <summary>What a database says of the migrations that were applied to it (S28).</summary>
/// <param name="Tool">The tool whose table says it; null where the configured query does.</param>
/// <param name="Applied">The migrations, newest first; the configured query gives the newest alone.</param>
public sealed record AppliedMigrations(string? Tool, IReadOnlyList<string> Applied)
{
    /// <summary>The newest, or null where none was applied.</summary>
    public string? Level => Applied.Count == 0 ? null : Applied[0];

    /// <summary>The level as people and records have it, for example <c>EF Core: 20260202_Orders</c>.</summary>
    public override string ToString() => Tool is null ? Level ?? "(none)" : $"{Tool}: {Level ?? "(none)"}";

    /// <summary>A level as it was recorded.</summary>
    internal static AppliedMigrations Recorded(string level)
    {
        var tool = MigrationTable.Known.FirstOrDefault(known => level.StartsWith(known.Tool + ": ", StringComparison.Ordinal));
        return tool is null
            ? new AppliedMigrations(Tool: null, [level])
            : new AppliedMigrations(tool.Tool, [level[(tool.Tool.Length + 2)..]]);
    }
}
