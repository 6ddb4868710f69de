using System.Reflection;
using System.Text.Json;

namespace RollbackOps.Runbooks;

/// <summary>The rules that come with the module.</summary>
internal static class RunbookRules
{
    private const string Resource = "RollbackOps.Runbooks.Rules.json";

    private static readonly Lazy<IReadOnlyList<RunbookRule>> s_all = new(Read);
    private static readonly Lazy<ILookup<string, RunbookRule>> s_byProgram = new(() => All
        .SelectMany(rule => rule.Programs.Select(program => (program, rule)))
        .ToLookup(pair => pair.program, pair => pair.rule, StringComparer.Ordinal));

    private static readonly Lazy<IReadOnlyDictionary<string, RunbookRule>> s_byId = new(() => All
        .ToDictionary(rule => rule.Id, StringComparer.Ordinal));

    /// <summary>Every rule.</summary>
    public static IReadOnlyList<RunbookRule> All => s_all.Value;

    /// <summary>The rules about a program.</summary>
    public static IEnumerable<RunbookRule> Of(string program) => s_byProgram.Value[program];

    /// <summary>The rule of that id.</summary>
    public static RunbookRule Get(string id) => s_byId.Value[id];

    private static List<RunbookRule> Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty("rules").EnumerateArray().Select(rule => new RunbookRule(rule))];
    }
}
