using System.Reflection;
using System.Text.Json;

namespace RollbackOps.Runbooks;

/// <summary>The option tables of the programs that are known, from the data that come with the module.</summary>
internal static class ProgramTables
{
    private const string Resource = "RollbackOps.Runbooks.Programs.json";

    private static readonly Lazy<IReadOnlyDictionary<string, ProgramTable>> s_byName = new(() => Read()
        .SelectMany(table => table.Names.Select(name => (name, table)))
        .ToDictionary(pair => pair.name, pair => pair.table, StringComparer.Ordinal));

    /// <summary>The tables by the names that the programs are called by.</summary>
    public static IReadOnlyDictionary<string, ProgramTable> ByName => s_byName.Value;

    private static List<ProgramTable> Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty("programs").EnumerateArray().Select(program => new ProgramTable(program))];
    }
}
