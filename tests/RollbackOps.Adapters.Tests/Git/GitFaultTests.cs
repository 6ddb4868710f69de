using System.Collections.Concurrent;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Git;

/// <summary>
/// Whatever goes wrong with a request of git over HTTP: never a false success, never a second revert, never "nothing was
/// switched" when it was pushed; and once the fault is gone, the end state is as after one effect (S16, S17).
/// </summary>
public sealed class GitFaultTests
{
    private static readonly HttpFault[] s_faults =
    [
        .. new[] { 400, 401, 403, 404, 409, 429, 500, 503 }.Select(status => new HttpFault($"{status}", status)),
        new("500 after the effect", 500, HasEffect: true),
        new("reset before"),
        new("reset after", HasEffect: true),
        new("truncated", HasEffect: true, IsTruncated: true),
    ];

    public static TheoryData<string> Faults => [.. s_faults.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task RollBack_EveryKindOfRequestWithAFault_EndsHonestly(string name)
    {
        var fault = s_faults.Single(one => one.Name == name);
        var recorded = await RecordAsync();
        // Each kind of request at its first and at its last place.
        var points = Enumerable.Range(0, recorded.Count).Where(at =>
            recorded.IndexOf(recorded[at]) == at || recorded.LastIndexOf(recorded[at]) == at);
        var failures = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(points, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (at, _) =>
        {
            try
            {
                await RunAsync(fault, at);
            }
            catch (Exception failure)
            {
                failures.Enqueue($"{name} at request {at}: {recorded[at]}: {failure.Message}\n{failure.StackTrace}");
            }
        });
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    private static async Task<List<string>> RecordAsync()
    {
        await using var scene = await GitScene.NewAsync();
        await using var server = await ServeAsync(scene);
        Assert.Equal(RollbackStatus.IdentityUnproven, (await scene.RollBackAsync()).Status);
        await scene.AssertDoneOnceAsync();
        List<string> recorded = [.. server.Calls];
        Assert.Contains("POST /app.git/git-receive-pack", recorded);
        Assert.Contains("GET /app.git/info/refs?service=git-upload-pack", recorded);
        return recorded;
    }

    private static async Task RunAsync(HttpFault fault, int at)
    {
        await using var scene = await GitScene.NewAsync();
        await using var server = await ServeAsync(scene);
        server.Fault = (at, fault);
        RollbackResult? result = null;
        try
        {
            result = await scene.RollBackAsync();
        }
        catch (RollbackOpsException)
        {
            // Refused in the preflight.
        }

        var isPushed = await scene.World.RemoteAsync("rev-parse", "main") != scene.World.Bad;
        Assert.False(isPushed && result is null or { Status: RollbackStatus.Failed }, $"{result?.Status ?? RollbackStatus.Refused}, but it was pushed: {result?.Message}");
        server.Fault = null;
        if (result is null or { Status: RollbackStatus.Failed })
        {
            await scene.RollBackAsync();
        }
        else if (result.Status != RollbackStatus.IdentityUnproven)
        {
            await new RollbackRunner(scene.Open(), _ => { }).ResumeAsync(rollbackId: null, CancellationToken.None);
        }

        await scene.AssertRevertedAsync();
    }

    private static async Task<GitHttpServer> ServeAsync(GitScene scene)
    {
        var server = new GitHttpServer(scene.World.RemoteRoot);
        await scene.World.GitAsync("remote", "set-url", "origin", $"{server.Address}app.git");
        return server;
    }
}
