using System.Globalization;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Databases;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>A restore that was cut off at one of its boundaries, and everything that must hold then, and once it is taken up.</summary>
/// <param name="Scene">What it is of.</param>
/// <param name="World">Its project.</param>
/// <param name="Old">What was live before.</param>
/// <param name="Next">What is live once it succeeds.</param>
internal sealed record CutOffRestore(KillScene Scene, SqliteWorld World, string Old, string Next) : IDisposable
{
    // So many start a process together; on a busy machine they still end within its patience.
    private const int OfOneProcess = 12;

    private static readonly ParallelOptions s_atOnce = new() { MaxDegreeOfParallelism = 2 };

    private readonly IReadOnlyList<string> _files = World.Files();
    private readonly IReadOnlyList<string> _backups = Backups(World);

    /// <summary>The boundary that it was cut off at last, from 1.</summary>
    public int Boundary { get; private set; }

    /// <summary>Lays out one of a scene for each boundary and kills it there (SIGKILL).</summary>
    public static async Task<IReadOnlyList<CutOffRestore>> KillAsync(KillScene scene, IReadOnlyList<int> boundaries)
    {
        var cut = new CutOffRestore[boundaries.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, cut.Length), s_atOnce, async (index, _) => cut[index] = await scene.LayOutAsync());
        await KillAsync(cut, scene.Verb, index => boundaries[index]);
        return cut;
    }

    /// <summary>Kills some of a scene at one boundary, and then each at one of its own where it is taken up.</summary>
    public static async Task<IReadOnlyList<CutOffRestore>> KillTwiceAsync(KillScene scene, int first, IReadOnlyList<int> boundaries)
    {
        var cut = await KillAsync(scene, [.. boundaries.Select(_ => first)]);
        foreach (var restore in cut)
        {
            restore.AssertWhole();
        }

        await KillAsync(cut, DatabaseRuns.TakeUp, index => boundaries[index]);
        return cut;
    }

    /// <summary>Whoever opens the live one finds the old one or the new one, whole; and nothing is lost.</summary>
    public void AssertWhole()
    {
        var live = SqliteWorld.Content(World.Path);
        Assert.True(live == Old || live == Next, $"live is neither: {live}");
        Assert.Equal("ok", World.Ask("PRAGMA integrity_check"));
        Assert.Subset(Databases().ToHashSet(), Scene.IsUndo ? new HashSet<string> { Old, Next } : [Old]);
        Assert.Equal(_backups, Backups(World));
        Assert.True(JournalCheck.Of(World.Open().Context).IsTrusted);
    }

    /// <summary>What was cut off is taken up in this process; says how it came out, null where nothing is to be taken up.</summary>
    public async Task<RestoreStatus?> TakeUpAsync()
    {
        AssertWhole();
        var runner = new RestoreRunner(World.Open(), _ => { });
        var result = runner.Unfinished is { } unfinished ? await runner.TakeUpAsync(unfinished) : null;
        AssertWhole();
        Assert.True(File.Exists(World.UpFile), "the service is down");
        Assert.Equal(Scene.JournalMode, World.Ask("PRAGMA journal_mode"));
        Assert.Null(new RestoreRunner(World.Open(), _ => { }).Unfinished);
        Assert.Empty(World.Open().Journal.Read().Findings);
        if (RestoreLedger.From(World.Open().Journal.Read()).Attempts is not [.., var attempt]
            || attempt.Plan.Kind != (Scene.IsUndo ? RestoreKind.Undo : RestoreKind.Restore))
        {
            // Killed before its first record.
            Assert.Equal((Old, string.Join(',', _files)), (SqliteWorld.Content(World.Path), string.Join(',', World.Files())));
            return result?.Status;
        }

        var status = attempt.Finished!.Status;
        Assert.Equal(status == RestoreStatus.Succeeded ? Next : Old, SqliteWorld.Content(World.Path));
        Assert.Equal(_files.Except(Gone(attempt.Plan, status)).Concat(Added(attempt.Plan, status)).Order(StringComparer.Ordinal), World.Files());
        if (status == RestoreStatus.Succeeded)
        {
            Assert.Equal(Old, SqliteWorld.Content(attempt.Plan.Kept));
            Assert.All(attempt.ToResult().Steps, step => Assert.Equal(StepStatus.Done, step.Status));
        }
        else if (status == RestoreStatus.SwappedBack)
        {
            Assert.Equal(Next, SqliteWorld.Content(attempt.Plan.Rejected));
        }
        else
        {
            Assert.True(status is RestoreStatus.Failed or RestoreStatus.Interrupted, $"{status}");
        }

        return result?.Status;
    }

    /// <summary>What put everything back cleanly starts over.</summary>
    public async Task StartOverAsync()
    {
        var result = Scene.IsUndo
            ? await World.UndoAsync(inPlace: Scene.IsInPlace)
            : await World.RestoreAsync(World.List()[0], request => request with { InPlace = Scene.IsInPlace });
        Assert.Equal(Scene.SmokeFails ? (RestoreStatus.SwappedBack, Old) : (RestoreStatus.Succeeded, Next), (result.Status, SqliteWorld.Content(World.Path)));
        AssertWhole();
    }

    public void Dispose() => World.Dispose();

    private static Task KillAsync(IReadOnlyList<CutOffRestore> restores, string verb, Func<int, int> boundaryOf) =>
        Parallel.ForEachAsync(Enumerable.Range(0, restores.Count).Chunk(OfOneProcess), s_atOnce, async (some, _) =>
        {
            string[] runs = [.. some.SelectMany(index => new[] { verb, restores[index].World.Root, boundaryOf(index).ToString(CultureInfo.InvariantCulture) })];
            var died = await ChildRun.OfAsync(ChildRun.Command(["die", "-", "0", .. runs]));
            Assert.True(died.ExitCode == ChildRun.Killed, $"exit code {died.ExitCode}: {died.Output}{died.Errors}");
            // Each came to its boundary, and none to its end.
            Assert.DoesNotContain("ended", died.Output, StringComparison.Ordinal);
            foreach (var index in some)
            {
                restores[index].Boundary = boundaryOf(index);
            }
        });

    private static IReadOnlyList<string> Backups(SqliteWorld world) =>
        [.. Directory.GetFiles(world.Backups).Order(StringComparer.Ordinal).Select(file => $"{file} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}")];

    /// <summary>The content of every database of the root that is whole.</summary>
    private IEnumerable<string> Databases() => World.Files()
        .Where(file => file.StartsWith("app.db", StringComparison.Ordinal) && !file.Contains(".aside-", StringComparison.Ordinal) && !file.EndsWith(".partial", StringComparison.Ordinal))
        .Select(file => SqliteWorld.Content(Path.Combine(World.Root, file)));

    private IEnumerable<string> Gone(DatabaseRestorePlan plan, RestoreStatus status) =>
        status == RestoreStatus.Succeeded && Scene is { IsUndo: true, IsInPlace: false } ? [Path.GetFileName(plan.Side)] : [];

    private IEnumerable<string> Added(DatabaseRestorePlan plan, RestoreStatus status) => (status switch
    {
        RestoreStatus.Succeeded => new[] { plan.Kept },
        RestoreStatus.SwappedBack when Scene.IsInPlace => [plan.Kept, plan.Rejected],
        RestoreStatus.SwappedBack when !Scene.IsUndo => [plan.Rejected],
        _ => [],
    }).Select(file => Path.GetFileName(file));
}
