using RollbackOps.Configuration;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>Success is what is served (S3, S19, S23), and stopping leaves a journal to resume from (S20).</summary>
public sealed class RunnerServedTests
{
    private static readonly Uri s_other = new("http://www.shop.test/");

    [Fact]
    public async Task Run_TargetIsCurrent_VerifiesAndWritesNothingToThePlatform()
    {
        var world = World.WithThree();

        var result = await world.RollBackAsync("v3");

        Assert.Equal((RollbackStatus.AlreadyCurrent, VerificationStatus.Passed), (result.Status, result.Verification?.Status));
        Assert.Empty(world.Platform.Effects);
        Assert.DoesNotContain(world.Faults.Passed, boundary => !boundary.StartsWith("Journal", StringComparison.Ordinal));
        Assert.Empty(world.Ledger.Marks);
        Assert.Null(Assert.Single(world.Ledger.Attempts).Refusal!.Error);
    }

    [Fact]
    public async Task Run_ActivationServesNothingNew_IsNotServedAndResumes()
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        world.Platform.OnApply = (kind, _) => kind == StepKind.Activate;

        var result = await world.RunAsync(plan);
        world.Platform.OnApply = null;

        Assert.Equal((RollbackStatus.NotServed, ErrorId.NotServed), (result.Status, result.Error));
        Assert.Equal(("v2", "v3"), (world.Platform.Current, world.Platform.Served));
        Assert.Empty(world.Ledger.Marks);

        world.Platform.Served = "v2";
        Assert.Equal(RollbackStatus.Succeeded, (await world.ResumeAsync()).Status);
        Assert.Equal(1, world.Platform.Switches);
        Assert.Contains("v3", world.Ledger.Marks.Keys);
    }

    [Fact]
    public async Task Run_ActivationFails_IsNotServedAndResumeTriesItAgain()
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        world.Platform.OnApply = (kind, _) => kind == StepKind.Activate
            ? throw new RollbackOpsException(ErrorId.ActivationFailed, "exit code 3", "Mend it.") : false;

        var result = await world.RunAsync(plan);
        world.Platform.OnApply = null;

        Assert.Equal((RollbackStatus.NotServed, ErrorId.ActivationFailed), (result.Status, result.Error));
        Assert.Equal(RollbackStatus.Succeeded, (await world.ResumeAsync()).Status);
        Assert.Equal(["Switch v2", "Pin v2", "Activate v2"], world.Platform.Effects);
    }

    [Fact]
    public async Task Run_OneOfTwoAddressesStuckAfterFirstSight_IsPartiallyRolledBackAndNamed()
    {
        var world = World.WithThree(addresses: [World.Address, s_other]);
        var plan = await world.PlanAsync();
        world.Store.OnRenew = step =>
        {
            if (step == nameof(StepKind.Verify))
            {
                world.Prober.StuckAt[s_other] = "v3";
            }
        };

        var result = await world.RunAsync(plan);

        Assert.Equal(RollbackStatus.PartiallyRolledBack, result.Status);
        Assert.Equal(ServedIdentity.Partial, result.Verification?.Identity);
        Assert.Contains(s_other.ToString(), result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OneAddressNeverTurns_IsNeverCalledSucceeded()
    {
        var world = World.WithThree(addresses: [World.Address, s_other]);
        world.Prober.StuckAt[s_other] = "v3";

        var result = await world.RollBackAsync();

        Assert.Equal(RollbackStatus.NotServed, result.Status);
        Assert.Contains(s_other.Authority, result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NoVersionIsStated_IsIdentityUnprovenAndNotSucceeded()
    {
        var world = World.WithThree();
        world.Prober.StatesVersion = false;

        var result = await world.RollBackAsync();

        Assert.Equal((RollbackStatus.IdentityUnproven, ErrorId.IdentityUnproven), (result.Status, result.Error));
        Assert.Equal(VerificationStatus.Unverified, result.Verification?.Status);
    }

    [Fact]
    public async Task Run_AnswersFromACache_ProveNothing()
    {
        var world = World.WithThree();
        world.Prober.FromCache = true;

        Assert.Equal(RollbackStatus.IdentityUnproven, (await world.RollBackAsync()).Status);
    }

    [Fact]
    public async Task Run_TargetIsSick_IsUnhealthyAndNotProven()
    {
        var world = World.WithThree();
        world.Prober.Sick.Add("v2");

        var result = await world.RollBackAsync();

        Assert.Equal((RollbackStatus.Unhealthy, ErrorId.VerificationFailed), (result.Status, result.Error));
        Assert.Null(world.Ledger.ProvenAt("v2"));
    }

    [Fact]
    public async Task Plan_TargetFailsAtItsOwnAddress_IsRefusedAfterThreeTriesUnlessAllowed()
    {
        var world = World.WithThree();
        world.Platform.HasOwnAddresses = true;
        world.Prober.Sick.Add("v2");

        var refused = await World.RefusedAsync(() => world.PlanAsync());
        Assert.Equal(ErrorId.TargetUnhealthy, refused.Id);
        Assert.Equal(3, world.Prober.Requests.Count);

        var plan = await world.PlanAsync(change: request => request with { AllowUnhealthyTarget = true });
        Assert.Contains(plan.Overrides, one => one.Name == "AllowUnhealthyTarget");
    }

    [Fact]
    public async Task Verify_DefaultPolicy_ReadsAtLeastFiveTimesOverTenSeconds()
    {
        var world = World.WithThree(new PolicySettings());
        var plan = await world.PlanAsync();

        var result = await world.RunAsync(plan);

        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        Assert.True(world.Prober.Requests.Count >= 6, "one first sight and five confirming reads");
        Assert.True(result.Verification?.Duration >= TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Run_MigrationsDiffer_IsRefusedUnlessAllowed()
    {
        var world = World.WithThree();
        world.AddDatabase();
        world.Repository.Migrations = ["migrations/7.sql"];

        Assert.Equal(ErrorId.TargetNotEligible, (await World.RefusedAsync(() => world.PlanAsync())).Id);
        var plan = await world.PlanAsync(change: request => request with { AllowSchemaMismatch = true });
        Assert.Equal(SchemaGateStatus.Overridden, plan.SchemaGate.Status);
    }

    [Fact]
    public async Task Run_CancelledDuringEveryStep_IsInterruptedAndResumes()
    {
        foreach (var kind in new[] { "Switch", "Pin", "Activate", "AwaitServed", "Verify" })
        {
            var world = World.WithThree();
            var plan = await world.PlanAsync();
            using var stop = new CancellationTokenSource();
            world.Store.OnRenew = step =>
            {
                if (step == kind)
                {
                    stop.Cancel();
                }
            };

            var result = await world.Runner.RunAsync(plan, decision: null, stop.Token);
            world.Store.OnRenew = null;

            Assert.True(result.Status == RollbackStatus.Interrupted, $"{kind}: {result.Status}");
            Assert.Equal("Resume-Rollback", result.NextStep);
            Assert.NotNull(world.Ledger.Unfinished);
            Assert.Null(world.Store.Holder);
            Assert.Equal(RollbackStatus.Succeeded, (await world.ResumeAsync()).Status);
            Assert.Equal(1, world.Platform.Switches);
            Assert.True(JournalCheck.Of(world.Context).IsTrusted);
        }
    }

    [Fact]
    public async Task Resume_ExpiredBeforeTheSwitch_StopsCleanly()
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        world.Platform.OnApply = (_, _) => throw new CrashException("switch");
        await Assert.ThrowsAsync<CrashException>(() => world.RunAsync(plan));
        world.Store.Holder = null;
        world.Platform.OnApply = null;
        world.Clock.Pass(TimeSpan.FromMinutes(11));

        var result = await world.ResumeAsync();

        Assert.Equal((RollbackStatus.Failed, ErrorId.PlanExpired), (result.Status, result.Error));
        Assert.Empty(world.Platform.Effects);
        Assert.Equal("v3", world.Platform.Served);
    }

    [Fact]
    public async Task Resume_AnotherRollbackSwitchedSince_TouchesNothing()
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        world.Platform.OnApply = (kind, _) => kind == StepKind.Pin
            ? throw new RollbackOpsException(ErrorId.OutcomeUnknown, "no answer", "Look.") : false;
        Assert.Equal(RollbackStatus.Unknown, (await world.RunAsync(plan)).Status);
        world.Platform.OnApply = null;
        var second = await world.RollBackAsync("v1");
        Assert.Equal(RollbackStatus.Succeeded, second.Status);
        var effects = world.Platform.Effects.Count;

        var refused = await World.RefusedAsync(() => world.ResumeAsync(plan.Id));

        Assert.Equal(ErrorId.WorldChanged, refused.Id);
        Assert.Equal(effects, world.Platform.Effects.Count);
        Assert.Equal(second.RollbackId, world.Platform.Pin?.RollbackId);
    }
}
