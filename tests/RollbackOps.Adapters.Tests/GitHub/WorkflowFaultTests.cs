using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.GitHub;

/// <summary>Whatever goes wrong with the start of the workflow: no success that is none, and no second run (S16, S17).</summary>
public sealed class WorkflowFaultTests
{
    private static readonly int[] s_statuses = [401, 403, 404, 409, 422, 429, 500, 502, 503];

    public static TheoryData<FakeFault, int, bool> Faults
    {
        get
        {
            var data = new TheoryData<FakeFault, int, bool>();
            foreach (var givesDetails in new[] { true, false })
            {
                foreach (var status in s_statuses)
                {
                    data.Add(FakeFault.Status, status, givesDetails);
                }

                data.Add(FakeFault.StatusAfter, 502, givesDetails);
                foreach (var fault in Enum.GetValues<FakeFault>().Except([FakeFault.Status, FakeFault.StatusAfter]))
                {
                    data.Add(fault, 0, givesDetails);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Dispatch_WithAFault_IsNeverDoneTwiceAndNeverTakenForDone(FakeFault fault, int status, bool givesDetails)
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Fake.GivesDetails = givesDetails;
        world.Fake.AppearsAfter = TimeSpan.FromSeconds(6);
        var strategy = world.NewStrategy();
        await strategy.PreflightAsync(world.From, world.Target, CancellationToken.None);
        world.Server.Fail("POST", "/dispatches", fault, status);

        RollbackOpsException? failure = null;
        try
        {
            await strategy.ApplyAsync(StepKind.Dispatch, world.Step, CancellationToken.None);
        }
        catch (RollbackOpsException thrown)
        {
            failure = thrown;
        }

        Assert.InRange(world.Fake.Dispatches, failure is null ? 1 : 0, 1);
        if (fault is not FakeFault.Status)
        {
            // What has taken effect is found by the rollback's id.
            Assert.Equal(world.Fake.Dispatches == 1, failure is null);
        }

        // As after a crash: another process looks before it starts anything.
        var resumed = world.NewStrategy();
        var seen = await resumed.ObserveAsync(StepKind.Dispatch, world.Step, CancellationToken.None);
        Assert.Equal(world.Fake.Dispatches == 1 ? EffectState.Present : EffectState.Absent, seen.State);
        if (seen.State == EffectState.Absent)
        {
            await resumed.ApplyAsync(StepKind.Dispatch, world.Step, CancellationToken.None);
        }

        Assert.Equal(1, world.Fake.Dispatches);
        await resumed.ApplyAsync(StepKind.Follow, world.Step, CancellationToken.None);
        Assert.Equal(world.Good.Sha, world.Fake.Deployments[0].Sha);
    }

    [Theory]
    [InlineData(401, ErrorId.PlatformUnauthorized, "Actions: read and write")]
    [InlineData(403, ErrorId.PlatformForbidden, "Actions: read and write")]
    [InlineData(404, ErrorId.DeploymentNotFound, "Actions: read and write")]
    [InlineData(409, ErrorId.PlatformBusy, "Actions on GitHub")]
    [InlineData(422, ErrorId.StepFailed, "workflow_dispatch")]
    [InlineData(500, ErrorId.OutcomeUnknown, "Resume-Rollback")]
    [InlineData(503, ErrorId.OutcomeUnknown, "Resume-Rollback")]
    public async Task Dispatch_Refused_SaysWhyAndWhatToDo(int status, ErrorId id, string next)
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Server.Fail("POST", "/dispatches", FakeFault.Status, status, once: false);

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => world.NewStrategy().ApplyAsync(StepKind.Dispatch, world.Step, CancellationToken.None));

        Assert.Equal(id, failure.Id);
        Assert.Contains(next, failure.NextStep, StringComparison.Ordinal);
        Assert.Equal(0, world.Fake.Dispatches);
        Assert.Single(world.Server.Calls, call => call.StartsWith("POST", StringComparison.Ordinal));
    }

    public static TheoryData<FakeFault, int> PassingFaults => new()
    {
        { FakeFault.Status, 429 }, { FakeFault.Status, 500 }, { FakeFault.Status, 502 }, { FakeFault.Status, 503 },
        { FakeFault.ResetBefore, 0 }, { FakeFault.ResetAfter, 0 }, { FakeFault.TimeoutBefore, 0 }, { FakeFault.Truncated, 0 },
    };

    [Theory]
    [MemberData(nameof(PassingFaults))]
    public async Task Follow_WithAPassingFault_GoesOnLooking(FakeFault fault, int status)
    {
        await using var world = await GitHubWorld.NewAsync();
        var strategy = world.NewStrategy();
        await strategy.ApplyAsync(StepKind.Dispatch, world.Step, CancellationToken.None);
        world.Server.Fail("GET", $"/runs/{world.Fake.Runs[0].Id}", fault, status);

        var detail = await strategy.ApplyAsync(StepKind.Follow, world.Step, CancellationToken.None);

        Assert.Contains("succeeded", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Observe_WhileGitHubIsDown_IsUnknownAndNotRepeated()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Server.Fail("GET", "/runs", FakeFault.Status, 503, once: false);

        var seen = await world.NewStrategy().ObserveAsync(StepKind.Dispatch, world.Step, CancellationToken.None);

        Assert.Equal(EffectState.Unknown, seen.State);
        Assert.False(seen.IsRepeatable);
    }
}
