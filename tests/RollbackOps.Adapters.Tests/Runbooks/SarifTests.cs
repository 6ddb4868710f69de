using System.Text.Json.Nodes;
using NJsonSchema;
using RollbackOps.Adapters.Tests.Peers;
using RollbackOps.Runbooks;

namespace RollbackOps.Adapters.Tests.Runbooks;

/// <summary>The findings as SARIF, judged by the standard's own schema.</summary>
public sealed class SarifTests
{
    private const string Package = "@microsoft/jest-sarif";

    [OutsiderFact(Package)]
    public async Task Sarif_OfEveryRule_IsValidByTheStandardsSchema()
    {
        var findings = RunbookRules.All.SelectMany(rule => Checked.Example(rule, rule.Matches[0])).ToList();

        Assert.Empty((await SchemaAsync()).Validate(RunbookSarif.Write(findings, Path.GetTempPath(), "1.2.3")));
        Assert.Equal(RunbookRules.All.Select(rule => rule.Id).Order(), findings.Select(finding => finding.Rule).Distinct().Order());
    }

    [OutsiderFact(Package)]
    public async Task Sarif_WithoutAFinding_IsValidByTheStandardsSchema() =>
        Assert.Empty((await SchemaAsync()).Validate(RunbookSarif.Write([], Path.GetTempPath(), "1.2.3")));

    // A schema that takes everything would prove nothing.
    [OutsiderFact(Package)]
    public async Task Schema_OfTheStandard_RefusesWhatIsWrong()
    {
        var schema = await SchemaAsync();
        var whole = RunbookSarif.Write(Checked.Text("rollback.sh", "git push -f"), Path.GetTempPath(), "1.2.3");
        foreach (var (path, value) in new (string Path, JsonNode? Value)[] { ("level", "fatal"), ("message", "text"), ("line", 12) })
        {
            var wrong = JsonNode.Parse(whole)!;
            wrong["runs"]![0]!["results"]![0]!.AsObject()[path] = value;
            Assert.NotEmpty(schema.Validate(wrong.ToJsonString()));
        }
    }

    private static Task<JsonSchema> SchemaAsync() =>
        JsonSchema.FromFileAsync(Path.Combine(OutsiderFactAttribute.Folder!, "node_modules", Package, "lib", "schemas", "sarif-2.1.0-rtm.5.json"));
}
