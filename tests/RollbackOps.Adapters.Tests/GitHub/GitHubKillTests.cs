using System.Globalization;
using RollbackOps.Adapters.Tests.Kills;
using RollbackOps.Adapters.Tests.Vercel;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.GitHub;

/// <summary>A process that rolls back by a workflow is killed (SIGKILL) at every boundary: the workflow is started once (S16).</summary>
public sealed class GitHubKillTests
{
    // An older server gives no id: the run is found by the rollback's own.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Rollback_KilledAtAnyBoundary_IsFinishedByResumeWithOneRun(bool givesDetails) =>
        KilledAnywhere.EndsAsAfterOneEffectAsync(() => Scene.NewAsync(givesDetails), "Effect.After Dispatch");

    /// <summary>The fake behind a real socket, and a folder for the state. Whoever takes it up again waits in no time.</summary>
    private sealed class Scene(GitHubWorld world) : IKillScene
    {
        private readonly TemporaryFolder _folder = new();

        public string Root => _folder.Path;

        public static async Task<IKillScene> NewAsync(bool givesDetails)
        {
            var world = await GitHubWorld.NewAsync();
            world.Fake.GivesDetails = givesDetails;
            // The child's clock is the real one.
            world.Clock.Pass(DateTimeOffset.UtcNow - VirtualClock.Start);
            var scene = new Scene(world);
            await File.WriteAllTextAsync(scene._folder[SampleSettings.GitHubFile], world.Server.Address.AbsoluteUri);
            return scene;
        }

        public RollbackContext Open() => RollbackContext.Create(
            new AdapterFactory(), SampleSettings.For(Root, port: 0), new NoSecrets(), world.Clock, "tester");

        public async Task BeginAsync()
        {
            var context = Open();
            var plan = await new RollbackPlanner(context, _ => { }).PlanAsync(
                new PlanRequest { Reason = "again" }, CancellationToken.None);
            await new RollbackRunner(context, _ => { }).RunAsync(plan, decision: null, CancellationToken.None);
        }

        public async Task AssertDoneOnceAsync()
        {
            var context = Open();
            var ledger = context.ReadLedger();
            var attempt = Assert.Single(ledger.Attempts);
            Assert.Equal(1, world.Fake.Dispatches);
            // No address is configured, so nothing was seen from outside.
            Assert.True(attempt.Status == RollbackStatus.IdentityUnproven, $"{attempt.Status}: {attempt.Finished?.Message}");
            var target = world.Good.Id.ToString(CultureInfo.InvariantCulture);
            Assert.Equal((target, target), (attempt.LiveId, await context.Platform.ReadCurrentAsync(CancellationToken.None)));
            Assert.Equal(MarkKind.KnownBad, Assert.Single(ledger.Marks).Value.Kind);
            Assert.True(JournalCheck.Of(context).IsTrusted);
            Assert.Null(context.Store.ReadHolder(context.LeaseKey));
        }

        public async ValueTask DisposeAsync()
        {
            await world.DisposeAsync();
            _folder.Dispose();
        }
    }
}
