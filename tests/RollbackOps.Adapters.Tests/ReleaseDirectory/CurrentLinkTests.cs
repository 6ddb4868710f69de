using RollbackOps.Adapters.ReleaseDirectory;
using RollbackOps.Adapters.Tests.Samples;

namespace RollbackOps.Adapters.Tests.ReleaseDirectory;

public sealed class CurrentLinkTests : IDisposable
{
    private readonly SampleRoot _root = new();

    [Fact]
    public void Read_RelativeLink_IsTheReleasesId() => Assert.Equal(SampleRoot.Live, Read());

    [Fact]
    public void Read_AbsoluteLink_IsTheReleasesId()
    {
        _root.Link(_root[$"releases/{SampleRoot.Previous}"]);
        Assert.Equal(SampleRoot.Previous, Read());
    }

    [Fact]
    public void Read_AbsoluteLinkThroughALinkToTheRoot_IsTheReleasesId()
    {
        using var elsewhere = new SampleRoot(isEmpty: true);
        File.CreateSymbolicLink(elsewhere["alias"], _root.Path);
        _root.Link(elsewhere[$"alias/releases/{SampleRoot.Previous}"]);
        Assert.Equal(SampleRoot.Previous, Read());
    }

    [Theory]
    [InlineData("releases/20250101000000", "does not exist")]
    [InlineData("/nowhere/at/all", "no release")]
    [InlineData("/nowhere/releases/20260102100000", "no release")]
    [InlineData("elsewhere", "no release")]
    [InlineData("current", "no release")]
    [InlineData("../../../etc", "no release")]
    [InlineData("releases", "no release")]
    [InlineData("releases/../../releases/x", "no release")]
    public void Read_LinkToNoRelease_SaysWhereItLeads(string target, string expected)
    {
        _root.Link(target);
        AssertUnknown(expected, target);
    }

    [Fact]
    public void Read_NoLink_SaysSo()
    {
        File.Delete(_root["current"]);
        AssertUnknown("There is no link");
    }

    [Fact]
    public void Read_RealFolder_SaysThatItIsNoLink()
    {
        File.Delete(_root["current"]);
        Directory.CreateDirectory(_root["current"]);
        AssertUnknown("is a folder, and not a link");
    }

    [Fact]
    public void Read_LinkWithinALoop_IsNoRelease()
    {
        File.CreateSymbolicLink(_root["one"], "two");
        File.CreateSymbolicLink(_root["two"], "one");
        _root.Link("one/releases/x");
        AssertUnknown("no release");
    }

    [Fact]
    public void Read_ControlCharactersInTheTarget_AreShown()
    {
        _root.Link("re\u001b[2Jleases");
        AssertUnknown("<U+001B>");
    }

    [Fact]
    public async Task Switch_ToAnother_ReplacesTheLinkInOneStep()
    {
        // A watcher that reads all the time must never see it missing.
        using var stop = new CancellationTokenSource();
        var missing = 0;
        var reads = 0;
        var reading = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                missing += _root.Target is null ? 1 : 0;
                reads++;
            }
        });
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref reads) > 0, TimeSpan.FromSeconds(10)));
        var link = new CurrentLink(_root.Path);
        for (var i = 0; i < 100; i++)
        {
            link.Switch(i % 2 == 0 ? SampleRoot.Previous : SampleRoot.Live, $"key{i}");
        }

        await stop.CancelAsync();
        await reading.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(0, missing);
        Assert.Equal(SampleRoot.Live, Read());
        Assert.Equal($"releases/{SampleRoot.Live}", new DirectoryInfo(_root["current"]).LinkTarget);
        Assert.Empty(_root.Leftovers);
    }

    [Fact]
    public void Switch_LeftoverOfAKilledSwitch_IsReplaced()
    {
        File.CreateSymbolicLink(_root[".current.key"], "releases/half");
        new CurrentLink(_root.Path).Switch(SampleRoot.Previous, "key");
        Assert.Equal(SampleRoot.Previous, Read());
        Assert.Empty(_root.Leftovers);
    }

    [Fact]
    public void Switch_CurrentIsARealFolder_LeavesItAndSaysSo()
    {
        File.Delete(_root["current"]);
        Directory.CreateDirectory(_root["current/precious"]);
        var refused = Assert.Throws<RollbackOpsException>(
            () => new CurrentLink(_root.Path).Switch(SampleRoot.Previous, "key"));
        Assert.Equal(ErrorId.StepFailed, refused.Id);
        Assert.True(Directory.Exists(_root["current/precious"]));
        Assert.Empty(_root.Leftovers);
    }

    public void Dispose() => _root.Dispose();

    private string Read() => new CurrentLink(_root.Path).Read();

    private void AssertUnknown(params string[] expected)
    {
        var unknown = Assert.Throws<RollbackOpsException>(Read);
        Assert.Equal(ErrorId.CurrentUnknown, unknown.Id);
        Assert.All(expected, part => Assert.Contains(part, unknown.Message, StringComparison.Ordinal));
        Assert.Contains("ln -sfn", unknown.NextStep, StringComparison.Ordinal);
    }
}
