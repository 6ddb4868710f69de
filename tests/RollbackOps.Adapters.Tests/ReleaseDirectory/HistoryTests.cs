using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.ReleaseDirectory;

/// <summary>What a release directory says of its deployments, and what it says when it is not as it should be.</summary>
public sealed class HistoryTests : IDisposable
{
    private readonly SampleRoot _root = new();

    [Fact]
    public async Task List_CapistranoReleases_HaveRevisionTimeAndService()
    {
        var history = await ListAsync();
        Assert.Equal([SampleRoot.Live, SampleRoot.Previous, SampleRoot.Oldest], history.Select(one => one.Id));
        var previous = history[1];
        Assert.Equal(SampleRoot.Commit(SampleRoot.Previous), previous.Commit);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 10, 0, 0, TimeSpan.Zero), previous.CreatedAt);
        Assert.Equal(DeploymentState.Ready, previous.State);
        Assert.Equal(DeploymentHealth.Presumed, previous.Health);
        Assert.True(history[0].IsCurrent);
    }

    [Fact]
    public async Task List_ReleasesFolderMissing_SaysWhichFolder()
    {
        Directory.Delete(_root["releases"], recursive: true);
        await AssertUnreadableAsync();
    }

    [Fact]
    public async Task List_ReleasesIsAFile_SaysWhichFolder()
    {
        Directory.Delete(_root["releases"], recursive: true);
        await File.WriteAllTextAsync(_root["releases"], "not a folder");
        await AssertUnreadableAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("\"text\"")]
    [InlineData("{ \"createdAt\": \"yesterday\" }")]
    [InlineData("{ \"state\": \"Levitating\" }")]
    [InlineData("\0\u0001\u0002")]
    public async Task List_CorruptMetadata_IsUnknownAndNeverATarget(string json)
    {
        await File.WriteAllTextAsync(_root[$"releases/{SampleRoot.Previous}/release.json"], json);
        var corrupt = Assert.Single(await ListAsync(), one => one.Id == SampleRoot.Previous);
        Assert.Equal(DeploymentState.Unknown, corrupt.State);
        Assert.False(corrupt.IsCandidate);
        Assert.Equal(SampleRoot.Oldest, (await PlanAsync()).Target.Id);
        var refused = await Assert.ThrowsAsync<RollbackOpsException>(() => PlanAsync(SampleRoot.Previous));
        Assert.Equal(ErrorId.TargetNotEligible, refused.Id);
    }

    [Fact]
    public async Task List_MetadataIsAFolder_IsUnknown()
    {
        Directory.CreateDirectory(_root[$"releases/{SampleRoot.Previous}/release.json"]);
        var corrupt = Assert.Single(await ListAsync(), one => one.Id == SampleRoot.Previous);
        Assert.Equal(DeploymentState.Unknown, corrupt.State);
        Assert.Contains("release.json cannot be read", corrupt.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ForeignTextInMetadata_IsInert()
    {
        await File.WriteAllTextAsync(_root[$"releases/{SampleRoot.Previous}/release.json"],
            """{ "subject": "fix \u001b[31m\nred\u202e", "author": "\u0007", "commit": "x; rm -rf /" }""");
        var foreign = Assert.Single(await ListAsync(), one => one.Id == SampleRoot.Previous);
        Assert.Equal("fix <U+001B>[31m<U+000A>red<U+202E>", foreign.Subject);
        Assert.Equal("<U+0007>", foreign.Author);
    }

    [Theory]
    [InlineData("20250101000000")]
    [InlineData("../releases/20260102100000")]
    [InlineData("../../etc")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("20260102100000/")]
    [InlineData("/etc")]
    public async Task Plan_UnknownOrEscapingTarget_IsNotFound(string id)
    {
        var refused = await Assert.ThrowsAsync<RollbackOpsException>(() => PlanAsync(id));
        Assert.Equal(ErrorId.DeploymentNotFound, refused.Id);
    }

    [Fact]
    public async Task Plan_LinkAmongTheReleases_IsNoDeployment()
    {
        // It would be another name of a release: marks and pins would miss it.
        File.CreateSymbolicLink(_root["releases/20260102200000"], SampleRoot.Live);
        Assert.Equal(3, (await ListAsync()).Count);
        var refused = await Assert.ThrowsAsync<RollbackOpsException>(() => PlanAsync("20260102200000"));
        Assert.Equal(ErrorId.DeploymentNotFound, refused.Id);
    }

    [Fact]
    public async Task Plan_CurrentThroughALinkAmongTheReleases_IsUnknown()
    {
        File.CreateSymbolicLink(_root["releases/latest"], SampleRoot.Live);
        _root.Link("releases/latest");
        var refused = await Assert.ThrowsAsync<RollbackOpsException>(() => PlanAsync());
        Assert.Equal(ErrorId.CurrentUnknown, refused.Id);
    }

    [Fact]
    public async Task Plan_EmptyHistory_SaysThatNothingIsLive()
    {
        using var empty = new SampleRoot(isEmpty: true);
        var refused = await Assert.ThrowsAsync<RollbackOpsException>(() => PlanAsync(root: empty));
        Assert.Equal(ErrorId.CurrentUnknown, refused.Id);
        Assert.Empty(Directory.EnumerateFileSystemEntries(empty.Path, ".rollback"));
    }

    [Fact]
    public async Task Plan_OnlyTheLiveRelease_HasNoTarget()
    {
        Directory.Delete(_root[$"releases/{SampleRoot.Previous}"], recursive: true);
        Directory.Delete(_root[$"releases/{SampleRoot.Oldest}"], recursive: true);
        var refused = await Assert.ThrowsAsync<RollbackOpsException>(() => PlanAsync());
        Assert.Equal(ErrorId.NoEligibleTarget, refused.Id);
    }

    [Fact]
    public async Task List_HostileRevisionsLog_ChangesNothingElse()
    {
        await File.AppendAllTextAsync(_root["revisions.log"],
            "\n deployed as release \ndeployed as release\n rolled back to release ../../etc\n" +
            "Branch x deployed as release 99999999999999 by \u001b[2J\n" +
            "Branch  deployed as release 20260101100000 (at abc) deployed as release ../../x by deploy\n" +
            new string('x', 1_000_000) + "\n\0\u0001\ufffd");
        var history = await ListAsync();
        Assert.Equal(3, history.Count);
        Assert.Equal(SampleRoot.Previous, (await PlanAsync()).Target.Id);
    }

    [Fact]
    public async Task List_RolledBackByCapistrano_IsNotPresumedHealthy()
    {
        _root.AddRelease("20260104100000");
        await File.AppendAllTextAsync(_root["revisions.log"], $"deploy rolled back to release {SampleRoot.Live}\n");
        var rolledFrom = Assert.Single(await ListAsync(), one => one.Id == "20260104100000");
        Assert.Equal(DeploymentHealth.Unknown, rolledFrom.Health);
    }

    [Fact]
    public async Task List_RevisionsLogUnreadable_SaysSo()
    {
        File.Delete(_root["revisions.log"]);
        Directory.CreateDirectory(_root["revisions.log"]);
        var refused = await Assert.ThrowsAsync<RollbackOpsException>(() => PlanAsync());
        Assert.Equal(ErrorId.PlatformUnreadable, refused.Id);
    }

    [Fact]
    public async Task List_TenThousandReleases_GivesTheFirstWithoutReadingTheOthers()
    {
        for (var i = 0; i < 10_000; i++)
        {
            var at = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(i);
            Directory.CreateDirectory(_root[$"releases/{at:yyyyMMddHHmmss}"]);
        }

        await foreach (var newest in _root.Context.Platform.ListAsync(new DeploymentQuery(), CancellationToken.None))
        {
            Assert.Equal(SampleRoot.Live, newest.Id);
            // What it had not opened yet can still be changed under it, and is seen as it is then.
            await File.WriteAllTextAsync(_root[$"releases/{SampleRoot.Previous}/release.json"], """{ "subject": "late" }""");
            break;
        }

        var second = 0;
        await foreach (var deployment in _root.Context.Platform.ListAsync(new DeploymentQuery(), CancellationToken.None))
        {
            if (++second == 1)
            {
                await File.WriteAllTextAsync(_root[$"releases/{SampleRoot.Previous}/release.json"], """{ "subject": "later" }""");
                continue;
            }

            Assert.Equal("later", deployment.Subject);
            break;
        }
    }

    public void Dispose() => _root.Dispose();

    private async Task<List<Deployment>> ListAsync()
    {
        var context = _root.Context;
        var history = await context.OpenHistoryAsync(context.ReadLedger(), CancellationToken.None);
        var deployments = new List<Deployment>();
        await foreach (var deployment in history.ReadAsync(new DeploymentQuery(), CancellationToken.None))
        {
            deployments.Add(deployment);
        }

        return deployments;
    }

    private Task<RollbackPlan> PlanAsync(string? target = null, SampleRoot? root = null) =>
        new RollbackPlanner((root ?? _root).Context, _ => { }).PlanAsync(
            new PlanRequest { Reason = "slow", TargetId = target }, CancellationToken.None);

    private async Task AssertUnreadableAsync()
    {
        var unreadable = await Assert.ThrowsAsync<RollbackOpsException>(ListAsync);
        Assert.Equal(ErrorId.PlatformUnreadable, unreadable.Id);
        Assert.Contains(_root["releases"], unreadable.Message, StringComparison.Ordinal);
    }
}
