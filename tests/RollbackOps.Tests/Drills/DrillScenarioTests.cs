using System.Text;
using RollbackOps.Drills;
using RollbackOps.Tests.Configuration;

namespace RollbackOps.Tests.Drills;

/// <summary>The scenarios that come with the module, and files of the team's own.</summary>
public sealed class DrillScenarioTests : IDisposable
{
    private const string Whole = """
        { "name": "Slow", "situation": "slow answers", "fault": { "slowPercent": 50, "slowBy": "4s" }, "signal": "traffic" }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The times are the written procedure's (Team Training Scenarios).</summary>
    [Theory]
    [InlineData("ServiceOutage", 30, DrillDecision.Automatic)]
    [InlineData("HighErrorRate", 300, DrillDecision.Automatic)]
    [InlineData("DataCorruption", 900, DrillDecision.Automatic)]
    [InlineData("PerformanceDegradation", 600, DrillDecision.Assessed)]
    public void BuiltIn_EachOfTheFour_HasTheProceduresTime(string name, int seconds, DrillDecision decision)
    {
        var scenario = Assert.Single(DrillScenarios.Choose(DrillScenarios.BuiltIn, [name.ToUpperInvariant()]));

        Assert.Equal((TimeSpan.FromSeconds(seconds), decision), (scenario.Expected.Mitigated, scenario.Decision));
        Assert.All(Enum.GetValues<DrillMarkKind>(), kind => Assert.NotNull(scenario.Expected.Of(kind)));
        Assert.NotEmpty(scenario.Source);
    }

    [Fact]
    public void BuiltIn_HighErrorRate_IsBeyondTheThreshold()
    {
        var scenario = DrillScenarios.BuiltIn.Single(one => one.Name == "HighErrorRate");

        Assert.True(scenario.Traffic.RequestsPerMinute >= 600);
        Assert.Equal(6, scenario.Fault.ErrorPercent);
    }

    [Fact]
    public void Folder_OfAScenario_GivesItWithItsDefaults()
    {
        Write("slow.json", Whole);

        var scenario = Assert.Single(DrillScenarios.ReadFolder(_folder.Path));

        Assert.Equal(("Slow", TimeSpan.FromSeconds(4), 120), (scenario.Name, scenario.Fault.SlowBy, scenario.Traffic.RequestsPerMinute));
        Assert.Null(scenario.Expected.Mitigated);
    }

    [Theory]
    [InlineData("\"situation\"", "\"sitation\"", "line 1, column 19: sitation: unknown property; did you mean 'situation'?")]
    [InlineData("\"traffic\"", "\"trafic\"", "did you mean 'traffic'?")]
    [InlineData("\"4s\"", "4", "a bare number has no unit")]
    [InlineData("50", "150", "expects a number from 0 to 100 (percent), not '150'")]
    [InlineData("\"slowPercent\": 50, ", "", "nothing is wrong")]
    [InlineData("\"name\": \"Slow\", ", "", "lacks 'name'")]
    [InlineData("{ \"name\"", "\"name\"", "not valid JSON")]
    public void File_ThatIsWrong_IsRefusedWithWhatAndWhere(string part, string instead, string told)
    {
        var json = Whole.Replace(part, instead, StringComparison.Ordinal);

        var refusal = Assert.Throws<RollbackOpsException>(() => DrillScenarios.Read(Encoding.UTF8.GetBytes(json), "slow.json"));

        Assert.Contains(told, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("slow.json", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Name_ThatIsNotKnown_IsToldWithTheNearest()
    {
        var refusal = Assert.Throws<RollbackOpsException>(() => DrillScenarios.Choose(DrillScenarios.BuiltIn, ["ServiceOutag"]));

        Assert.Equal(ErrorId.ScenarioNotFound, refusal.Id);
        Assert.Contains("did you mean 'ServiceOutage'?", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_WithoutScenarios_IsRefused()
    {
        Assert.Equal(ErrorId.ScenarioNotFound, Assert.Throws<RollbackOpsException>(() => DrillScenarios.ReadFolder(_folder.Path)).Id);
        Assert.Equal(ErrorId.ScenarioNotFound, Assert.Throws<RollbackOpsException>(() => DrillScenarios.ReadFolder(Path.Combine(_folder.Path, "none"))).Id);
    }

    [Fact]
    public void Folder_WithAScenarioTwice_IsRefused()
    {
        Write("a.json", Whole);
        Write("b.json", Whole);

        Assert.Contains("Slow", Assert.Throws<RollbackOpsException>(() => DrillScenarios.ReadFolder(_folder.Path)).Message, StringComparison.Ordinal);
    }

    private void Write(string name, string json) => File.WriteAllText(Path.Combine(_folder.Path, name), json);
}
