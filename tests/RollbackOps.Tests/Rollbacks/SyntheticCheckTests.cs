using RollbackOps.Configuration;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>A check that writes costs money: it is made once in a window.</summary>
public sealed class SyntheticCheckTests
{
    private static readonly HealthCheckSettings s_chat = new() { Name = "chat", Path = "/api/chat", Method = "POST", Body = "{}" };
    private readonly World _world = World.WithThree(identity: new IdentitySettings { Json = "$.v" });
    private readonly RollbackContext _context;

    public SyntheticCheckTests() => _context = Open(_world.Settings.Health.Checks.Append(s_chat));

    private int Chats => _world.Prober.Requests.Count(request => request.Checks.Any(check => check.Name == "chat"));

    [Fact]
    public async Task Chat_InARollbackAndEveryLookOfItsWindow_IsMadeOnce()
    {
        await RollBackAsync(_context);
        var inRun = Chats;
        await VerifyAsync(VerificationWindow.Immediate);
        var seen = await VerifyAsync(VerificationWindow.Immediate, wait: true);

        Assert.Equal((1, 1), (inRun, Chats));
        Assert.Contains(seen.Checks, check => check is { Name: "Check chat", Status: VerificationStatus.Passed });
    }

    [Fact]
    public async Task Chat_InEachWindow_IsMadeOnceMore()
    {
        await RollBackAsync(_context);
        await VerifyAsync(VerificationWindow.ShortTerm, wait: true);
        await VerifyAsync(VerificationWindow.LongTerm);
        await VerifyAsync(VerificationWindow.LongTerm);

        Assert.Equal(3, Chats);
    }

    [Fact]
    public async Task Chat_AtAnAddressOfSeveral_IsMadeAtTheFirst()
    {
        var context = Open(_world.Settings.Health.Checks.Append(s_chat), new Uri("http://other.test/"));

        await RollBackAsync(context);

        Assert.Equal(1, Chats);
    }

    [Fact]
    public async Task Chat_WhileTheServiceIsSick_IsNotMade()
    {
        _world.Prober.Sick.Add("v2");

        await RollBackAsync(_context);

        Assert.Equal(0, Chats);
    }

    private RollbackContext Open(IEnumerable<HealthCheckSettings> checks, params Uri[] more) => new(
        _world.Settings with { Health = _world.Settings.Health with { Checks = [.. checks], Addresses = [World.Address, .. more] } },
        _world.Platform, _world.Store, _world.Prober, _world.Repository, [], new FakeSecrets(), _world.Clock, "Ann");

    private static async Task RollBackAsync(RollbackContext context)
    {
        var plan = await new RollbackPlanner(context, _ => { }).PlanAsync(new PlanRequest { Reason = "errors", AllowUnhealthyTarget = true }, CancellationToken.None);
        await new RollbackRunner(context, _ => { }).RunAsync(plan, decision: null, CancellationToken.None);
    }

    private Task<VerificationResult> VerifyAsync(VerificationWindow window, bool wait = false) =>
        new WindowVerifier(_context, _ => { }).VerifyAsync(new WindowRequest { Window = window, Wait = wait }, CancellationToken.None);
}
