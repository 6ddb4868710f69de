using RollbackOps.Adapters.Tests.Vercel;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Faults;

/// <summary>A world in which one act is to be done once, whatever goes wrong with a call.</summary>
internal interface IFaultScene
{
    VirtualClock Clock { get; }

    FaultyHandler Handler { get; }

    /// <summary>How often the act took effect.</summary>
    int Effects { get; }

    /// <summary>Whether the world is as after one effect.</summary>
    bool IsDone { get; }

    /// <summary>Everything that was said and written down.</summary>
    string Told { get; }

    /// <summary>What may not be in it.</summary>
    string Secret { get; }

    /// <summary>Plans and carries out, as another process each time.</summary>
    Task<RollbackResult> ActAsync();

    /// <summary>Takes it up again, as another process.</summary>
    Task<RollbackResult> ResumeAsync();
}

/// <summary>
/// Every call of a good run, each with every fault, once and lasting: never a false success, never a double effect,
/// never "nothing was switched" when it was; and once the fault is gone, the end state is as after one effect.
/// </summary>
internal static class FaultMatrix
{
    private static readonly Fault[] s_faults =
    [
        .. new[] { 400, 401, 402, 403, 404, 409, 410, 422, 429, 500, 502, 503 }.Select(status => new Fault($"{status}", status)),
        new("429 with Retry-After", 429, RetryAfter: "2"),
        new("429 with a long Retry-After", 429, RetryAfter: "600"),
        new("500 after the effect", 500, HasEffect: true),
        new("time-out before", Spoil: Spoil.Hang),
        new("time-out after", HasEffect: true, Spoil: Spoil.Hang),
        new("reset before", Spoil: Spoil.Reset),
        new("reset after", HasEffect: true, Spoil: Spoil.Reset),
        new("reset in the body", Spoil: Spoil.ResetInBody),
        new("truncated", Spoil: Spoil.Truncate),
        new("html", Spoil: Spoil.Html),
        new("redirect", 307),
        new("unknown words", Spoil: Spoil.UnknownWords),
        new("extra fields", Spoil: Spoil.ExtraFields),
        new("10 MB", Spoil: Spoil.Huge),
        new("slow drip", Spoil: Spoil.Drip),
    ];

    public static TheoryData<string, bool> Faults
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var fault in s_faults)
            {
                data.Add(fault.Name, false);
                data.Add(fault.Name, true);
            }

            return data;
        }
    }

    /// <summary>Every call of a good run, as method and path.</summary>
    public static async Task<IReadOnlyList<string>> RecordAsync(Func<Task<IFaultScene>> layOut)
    {
        var scene = await layOut();
        var before = scene.Handler.Calls.Count;
        var result = await scene.ActAsync();
        Assert.True(result.Status == RollbackStatus.Succeeded, $"{result.Status}: {result.Message}");
        Assert.True(scene.IsDone);
        return [.. scene.Handler.Calls.Skip(before)];
    }

    /// <summary>One fault at every call in turn.</summary>
    public static async Task EveryCallEndsHonestlyAsync(Func<Task<IFaultScene>> layOut, string name, bool isLasting)
    {
        var fault = s_faults.Single(one => one.Name == name);
        var recorded = await RecordAsync(layOut);
        foreach (var at in Points(recorded, isLasting))
        {
            await RunAsync(await layOut(), fault, isLasting, at, $"{name}{(isLasting ? ", lasting" : "")} at call {at}: {recorded[at]}");
        }
    }

    /// <summary>Every call; of those whose fault lasts, the first of each kind, since it goes on for the others.</summary>
    private static IEnumerable<int> Points(IReadOnlyList<string> recorded, bool isLasting) =>
        Enumerable.Range(0, recorded.Count).Where(at => !isLasting || !recorded.Take(at).Contains(recorded[at]));

    private static async Task RunAsync(IFaultScene scene, Fault fault, bool isLasting, int at, string name)
    {
        var before = scene.Effects;
        (scene.Handler.Fault, scene.Handler.FaultAt, scene.Handler.IsLasting) = (fault, scene.Handler.Calls.Count + at, isLasting);
        RollbackResult? result = null;
        RollbackOpsException? refusal = null;
        try
        {
            result = await scene.ActAsync();
        }
        catch (RollbackOpsException error)
        {
            refusal = error;
        }

        var effects = scene.Effects - before;
        Assert.True(effects <= 1, $"{name}: took effect {effects} times");
        Assert.True(refusal is null || effects == 0, $"{name}: refused, but took effect: {refusal?.Message}");
        Assert.True(result?.Status != RollbackStatus.Failed || effects == 0, $"{name}: failed, but took effect: {result?.Message}");
        Assert.True(result?.Status != RollbackStatus.Succeeded || scene.IsDone, $"{name}: a false success");

        var told = $"{refusal?.Message}{refusal?.NextStep}{result?.Message}{result?.NextStep}{scene.Told}";
        Assert.False(told.Contains(scene.Secret, StringComparison.Ordinal), $"{name}: tells the token");
        Assert.False(told.Contains('\u001b', StringComparison.Ordinal), $"{name}: lets foreign text act");

        (scene.Handler.Fault, scene.Handler.IsLasting) = (new Fault("none", Spoil: Spoil.ExtraFields), false);
        scene.Clock.Pass(TimeSpan.FromMinutes(1));
        var end = result?.Status switch
        {
            RollbackStatus.Succeeded => result,
            null or RollbackStatus.Failed => await scene.ActAsync(),
            _ => await scene.ResumeAsync(),
        };
        Assert.True(end.Status == RollbackStatus.Succeeded, $"{name}: was {result?.Status} ({result?.Message}), then {end.Status}: {end.Message}");
        Assert.True(scene.Effects - before == 1, $"{name}: took effect {scene.Effects - before} times in the end");
        Assert.True(scene.IsDone, $"{name}: not as after one effect");
    }
}
