using RollbackOps.Adapters.ReleaseDirectory;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.Tests.ReleaseDirectory;

public sealed class PinFileTests : IDisposable
{
    private readonly SampleRoot _root = new();

    [Fact]
    public void Read_NoPin_IsNone() => Assert.Null(new PinFile(_root.Path).Read());

    [Fact]
    public void Read_Written_IsTheSame()
    {
        var pin = new PromotionPin
        {
            DeploymentId = SampleRoot.Previous,
            Since = new DateTimeOffset(2026, 1, 4, 0, 0, 0, TimeSpan.Zero),
            By = "ada",
            RollbackId = "rb-1",
            Reason = "slow",
        };
        new PinFile(_root.Path).Write(pin);
        Assert.Equal(pin, new PinFile(_root.Path).Read());
        Assert.Empty(_root.Leftovers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("by hand, do not deploy")]
    public void Read_Unreadable_StillPins(string content)
    {
        File.WriteAllText(_root["current.pin"], content);
        var pin = new PinFile(_root.Path).Read();
        Assert.NotNull(pin);
        Assert.Equal("(unreadable)", pin.By);
        Assert.Contains("current.pin", pin.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_CannotBeReplaced_SaysSoAndLeavesIt()
    {
        Directory.CreateDirectory(_root["current.pin/inside"]);
        var refused = Assert.Throws<RollbackOpsException>(() => new PinFile(_root.Path).Write(new PromotionPin
        {
            DeploymentId = SampleRoot.Previous,
            Since = DateTimeOffset.UnixEpoch,
            By = "ada",
        }));
        Assert.Equal(ErrorId.StepFailed, refused.Id);
        Assert.True(Directory.Exists(_root["current.pin/inside"]));
    }

    public void Dispose() => _root.Dispose();
}
