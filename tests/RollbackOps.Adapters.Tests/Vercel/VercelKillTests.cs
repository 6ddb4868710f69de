using System.Collections.Concurrent;
using System.Globalization;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Vercel;

/// <summary>A process that rolls back on Vercel is killed (SIGKILL) at every boundary, and the rollback taken up again (S16).</summary>
public sealed class VercelKillTests
{
    [Fact]
    public async Task Rollback_KilledAtAnyBoundary_IsFinishedByResumeWithOneSwitch()
    {
        IReadOnlyList<string> boundaries;
        await using (var whole = await Scene.NewAsync())
        {
            var run = await ChildRun.OfAsync(ChildRun.Command("roll", whole.Root, "0", "0"));
            boundaries = run.Events;
            Assert.True(boundaries.Contains("Effect.After Switch"), run.Output + run.Errors);
            whole.AssertSwitchedOnce();
        }

        var failures = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(
            Enumerable.Range(1, boundaries.Count), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (boundary, _) =>
            {
                try
                {
                    await using var scene = await Scene.NewAsync();
                    var killed = await ChildRun.OfAsync(
                        ChildRun.Command("roll", scene.Root, "0", boundary.ToString(CultureInfo.InvariantCulture)));
                    Assert.True(killed.ExitCode == ChildRun.Killed, $"exit code {killed.ExitCode}: {killed.Output}{killed.Errors}");
                    await scene.FinishAsync();
                    scene.AssertSwitchedOnce();
                }
                catch (Exception failure)
                {
                    failures.Enqueue($"Killed at {boundary} ({boundaries[boundary - 1]}): {failure.Message}\n{failure.StackTrace}");
                }
            });
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    /// <summary>The fake behind a real socket, and a folder for the state.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly FakeVercel _fake = FakeVercel.WithThree(TimeProvider.System);
        private FakeVercelServer? _server;

        public string Root => _folder.Path;

        public static async Task<Scene> NewAsync()
        {
            var scene = new Scene();
            scene._fake.JobTime = TimeSpan.FromMilliseconds(100);
            scene._server = await FakeVercelServer.StartAsync(scene._fake);
            await File.WriteAllTextAsync(scene._folder[SampleSettings.VercelFile], scene._server.Address.AbsoluteUri);
            return scene;
        }

        /// <summary>Takes it up, or begins it where the journal knows of none.</summary>
        public async Task FinishAsync()
        {
            var context = Open();
            if (context.ReadLedger().Attempts.SingleOrDefault() is not { } attempt)
            {
                var plan = await new RollbackPlanner(context, _ => { }).PlanAsync(
                    new PlanRequest { Reason = "again" }, CancellationToken.None);
                await new RollbackRunner(context, _ => { }).RunAsync(plan, decision: null, CancellationToken.None);
            }
            else if (attempt.IsUnfinished)
            {
                await new RollbackRunner(context, _ => { }).ResumeAsync(rollbackId: null, CancellationToken.None);
            }
        }

        public void AssertSwitchedOnce()
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
        }

        public async ValueTask DisposeAsync()
        {
            if (_server is not null)
            {
                await _server.DisposeAsync();
            }

            _folder.Dispose();
        }

        private RollbackContext Open() => SampleSettings.Open(SampleSettings.For(Root, port: 0));
    }
}
