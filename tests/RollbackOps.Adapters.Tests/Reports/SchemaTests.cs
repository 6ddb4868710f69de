using System.Text.Json;
using System.Text.Json.Nodes;
using NJsonSchema;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Reports;

/// <summary>The published schema of reports, held against reports by a validator that nobody here wrote.</summary>
public class SchemaTests
{
    private static readonly Task<JsonSchema> s_schema = JsonSchema.FromJsonAsync(IncidentReportSchema.ToJson());

    [Theory]
    [InlineData("succeeded")]
    [InlineData("no improvement")]
    [InlineData("failed")]
    [InlineData("refused")]
    [InlineData("hostile")]
    public async Task Validate_WrittenReport_HasNoFault(string what) =>
        Assert.Empty((await s_schema).Validate(JsonSerializer.Serialize(ReportOf(what), RollbackJson.Indented.IncidentReport)));

    // A schema that takes everything would prove nothing.
    [Theory]
    [InlineData("missing")]
    [InlineData("unknown")]
    [InlineData("type")]
    [InlineData("value")]
    public async Task Validate_ReportThatIsWrong_HasAFault(string wrong)
    {
        var report = JsonNode.Parse(JsonSerializer.Serialize(ReportOf("succeeded"), RollbackJson.Indented.IncidentReport))!.AsObject();
        _ = wrong switch
        {
            "missing" => report.Remove("impact"),
            "unknown" => report.TryAdd("mood", "good"),
            "type" => report.Remove("timeline") && report.TryAdd("timeline", "later"),
            _ => report.Remove("status") && report.TryAdd("status", "Splendid"),
        };
        Assert.NotEmpty((await s_schema).Validate(report.ToJsonString()));
    }

    [Fact]
    public void Published_Schema_IsTheOneOfTheTypes()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "RollbackOps.sln")))
        {
            folder = folder.Parent!;
        }

        Assert.True(IncidentReportSchema.ToJson() == File.ReadAllText(Path.Combine(folder.FullName, "schema", IncidentReportSchema.FileName)),
            "Write it anew: dotnet run tools/write-schema.cs");
    }

    private static IncidentReport ReportOf(string what) => what switch
    {
        "succeeded" => new ReportSample().Succeeded(),
        "no improvement" => new ReportSample(improvement: false).Succeeded(),
        "failed" => new ReportSample().Failed(),
        "refused" => new ReportSample().Refused(),
        _ => HostileReport.Report,
    };
}
