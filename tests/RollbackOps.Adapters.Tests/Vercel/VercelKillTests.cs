using RollbackOps.Adapters.Tests.Kills;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Vercel;

/// <summary>A process that rolls back on Vercel is killed (SIGKILL) at every boundary, and the rollback taken up again (S16).</summary>
public sealed class VercelKillTests
{
    [Fact]
    public Task Rollback_KilledAtAnyBoundary_IsFinishedByResumeWithOneSwitch() =>
        KilledAnywhere.EndsAsAfterOneEffectAsync(Scene.NewAsync, "Effect.After Switch");

    /// <summary>The fake behind a real socket, and a folder for the state.</summary>
    private sealed class Scene : IKillScene
    {
        private readonly TemporaryFolder _folder = new();
        private readonly FakeVercel _fake = FakeVercel.WithThree(TimeProvider.System);
        private FakeVercelServer? _server;

        public string Root => _folder.Path;

        public static async Task<IKillScene> NewAsync()
        {
            var scene = new Scene();
            scene._fake.JobTime = TimeSpan.FromMilliseconds(100);
            scene._server = await FakeVercelServer.StartAsync(scene._fake);
            await File.WriteAllTextAsync(scene._folder[SampleSettings.VercelFile], scene._server.Address.AbsoluteUri);
            return scene;
        }

        public RollbackContext Open() => SampleSettings.Open(SampleSettings.For(Root, port: 0));

        public async Task BeginAsync()
        {
            var context = Open();
            var plan = await new RollbackPlanner(context, _ => { }).PlanAsync(
                new PlanRequest { Reason = "again" }, CancellationToken.None);
            await new RollbackRunner(context, _ => { }).RunAsync(plan, decision: null, CancellationToken.None);
        }

        public Task AssertDoneOnceAsync()
        {
            Assert.Equal(1, _fake.Switches);
            Assert.Equal(("dpl_two", false), (_fake.Production, _fake.AutoAssign));
            Assert.All(FakeVercel.ProductionAliases, alias => Assert.Equal("dpl_two", _fake.Aliases[alias]));
            var context = Open();
            var ledger = context.ReadLedger();
            var attempt = Assert.Single(ledger.Attempts);
            // No address is configured, so nothing was seen from outside.
            Assert.Equal(RollbackStatus.IdentityUnproven, attempt.Status);
            Assert.Equal("dpl_two", attempt.LiveId);
            Assert.Equal(MarkKind.KnownBad, Assert.Single(ledger.Marks).Value.Kind);
            Assert.True(JournalCheck.Of(context).IsTrusted);
            Assert.Null(context.Store.ReadHolder(context.LeaseKey));
            return Task.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            if (_server is not null)
            {
                await _server.DisposeAsync();
            }

            _folder.Dispose();
        }
    }
}
