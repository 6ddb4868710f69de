using RollbackOps.Adapters.Runbooks;
using RollbackOps.Runbooks;

namespace RollbackOps.Adapters.Tests.Runbooks;

/// <summary>Texts as the checker sees them in a file of some name.</summary>
internal static class Checked
{
    public static PackageScripts Scripts { get; } = PackageScripts.Of("package.json", """{ "scripts": { "here": "true", "test": "true" } }""")!;

    public static IReadOnlyList<RunbookFinding> Text(string name, string text, PackageScripts? scripts = null) =>
        new RunbookChecker(new RunbookReader()).Check(Path.Combine(Path.GetTempPath(), name), text, scripts);

    /// <summary>An example of a rule, in the kind of file that the rule is about.</summary>
    public static IReadOnlyList<RunbookFinding> Example(RunbookRule rule, string example) => rule.Programs[0] switch
    {
        "vercel.json" => Text("vercel.json", example),
        "workflow" => Text("workflow.yml", example),
        _ => Text("rollback.sh", example, Scripts),
    };

    public static IEnumerable<string> Rules(this IEnumerable<RunbookFinding> findings) => findings.Select(finding => finding.Rule);

    /// <summary>Each finding as <c>line rule</c>.</summary>
    public static string[] Places(this IEnumerable<RunbookFinding> findings) => [.. findings.Select(finding => $"{finding.Line} {finding.Rule}")];
}
