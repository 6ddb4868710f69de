using System.Text.Json;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>What the generated code writes by itself is what the serializer writes, to the byte.</summary>
public sealed class RollbackJsonTests
{
    [Fact]
    public async Task Write_Plan_IsWhatTheSerializerWrites()
    {
        var plan = await PlanAsync();

        Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(plan, RollbackJson.Compact.RollbackPlan), RollbackJson.Write(plan));
    }

    [Fact]
    public async Task ToElement_Begin_IsWhatTheSerializerWrites()
    {
        var data = new RollbackStartedData { Plan = await PlanAsync(), Owner = "Änn <b>", Host = "here", ProcessId = 7, Token = 3 };

        Assert.Equal(JsonSerializer.Serialize(data, RollbackJson.Compact.RollbackStartedData), RollbackJson.ToElement(data).GetRawText());
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("moved “all”\n", ErrorId.NotServed)]
    public void ToElement_Step_IsWhatTheSerializerWrites(string? detail, ErrorId? error)
    {
        var data = new StepData { Step = 2, Kind = StepKind.Switch, Detail = detail, Error = error, ElapsedMilliseconds = 12.25, Key = "rb/2" };

        Assert.Equal(JsonSerializer.Serialize(data, RollbackJson.Compact.StepData), RollbackJson.ToElement(data).GetRawText());
    }

    [Theory]
    [InlineData("\"Ready\"", DeploymentState.Ready)]
    [InlineData("\"ready\"", DeploymentState.Ready)]
    [InlineData("1", (DeploymentState)1)]
    public void Read_EnumByNameOrNumber_IsRead(string json, DeploymentState expected) =>
        Assert.Equal(expected, JsonSerializer.Deserialize(json, RollbackJson.Compact.DeploymentState));

    [Theory]
    [InlineData("\"Splendid\"")]
    [InlineData("true")]
    [InlineData("1.5")]
    public void Read_NoSuchName_IsNoJsonOfOurs(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, RollbackJson.Compact.DeploymentState));

    private static async Task<RollbackPlan> PlanAsync()
    {
        var world = World.WithThree();
        return await world.PlanAsync();
    }
}
