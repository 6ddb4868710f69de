using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using RollbackOps.Adapters.LocalState;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.LocalState;

/// <summary>One rollback per project and environment (S8).</summary>
public sealed class LeaseTests : IDisposable
{
    private static readonly LeaseRequest s_request = new("ReleaseDirectory/shop/production", "rb-1", "ada", "preflight");

    private readonly SampleRoot _root = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    private LocalStateStore Store => new(_root[".rollback"], _clock);

    [Fact]
    public void Acquire_Free_IsHeldUntilDisposed()
    {
        using (var lease = Store.AcquireLease(s_request))
        {
            Assert.Null(lease.TakenOverFrom);
            Assert.Equal(Environment.ProcessId, lease.Holder.ProcessId);
            Assert.Equal(lease.Holder, Store.ReadHolder(s_request.Key));
        }

        Assert.Null(Store.ReadHolder(s_request.Key));
        using var next = Store.AcquireLease(s_request);
        Assert.Null(next.TakenOverFrom);
        Assert.Equal(2, next.Holder.Token);
    }

    [Fact]
    public async Task Acquire_HolderWasKilled_IsTakenOverAtOnceAndLogged()
    {
        var killed = await ChildRun.OfAsync("roll", _root, killAt: 1);
        Assert.Equal(ChildRun.Killed, killed.ExitCode);
        Assert.Null(Store.ReadHolder(s_request.Key));
        var taking = await ChildRun.OfAsync("roll", _root);
        Assert.StartsWith("IdentityUnproven", taking.Result, StringComparison.Ordinal);
        var data = Assert.Single(_root.Records(JournalKind.LeaseTakenOver)).Data;
        var (dead, by) = (data.GetProperty("from"), data.GetProperty("by"));
        Assert.NotEqual(dead.GetProperty("processId").GetInt32(), by.GetProperty("processId").GetInt32());
        Assert.Equal(dead.GetProperty("token").GetInt64() + 1, by.GetProperty("token").GetInt64());
    }

    [Fact]
    public async Task Acquire_HolderIsAlive_IsRefusedWithTheHolder()
    {
        using var lease = Store.AcquireLease(s_request);
        var refused = await ChildRun.OfAsync("roll", _root);
        Assert.StartsWith("Refused LeaseHeld", refused.Result, StringComparison.Ordinal);
        Assert.Contains($"ada on {Environment.MachineName} (process {Environment.ProcessId}, step preflight", refused.Result, StringComparison.Ordinal);
        Assert.Equal(SampleRoot.Live, _root.Target);
    }

    [Fact]
    public void Acquire_HolderElsewhere_IsHonouredUntilExpiryAndItsLongestRequest()
    {
        var expires = WriteForeignHolder(isReleased: false);
        _clock.SetUtcNow(expires.AddSeconds(59));
        var held = Assert.Throws<RollbackOpsException>(() => Store.AcquireLease(s_request));
        Assert.Equal(ErrorId.LeaseHeld, held.Id);
        Assert.Equal("elsewhere", Assert.IsType<LeaseHolder>(held.Subject).Host);
        Assert.NotNull(Store.ReadHolder(s_request.Key));
        _clock.SetUtcNow(expires.AddSeconds(61));
        using var lease = Store.AcquireLease(s_request);
        Assert.Equal("elsewhere", lease.TakenOverFrom?.Host);
        Assert.Equal(42, lease.Holder.Token);
    }

    [Fact]
    public void Acquire_HolderElsewhereGaveItBack_IsFree()
    {
        WriteForeignHolder(isReleased: true);
        using var lease = Store.AcquireLease(s_request);
        Assert.Null(lease.TakenOverFrom);
    }

    [Theory]
    [InlineData("{\"token\":", 7, 8)]
    [InlineData("", 7, 8)]
    [InlineData(null, 7, 8)]
    [InlineData(null, 0, 1)]
    public void Acquire_LastHolderUnreadable_GoesOnAboveTheJournalsToken(string? content, long last, long token)
    {
        Store.AcquireLease(s_request).Dispose();
        var file = Assert.Single(Directory.EnumerateFiles(_root[".rollback"], "lease-*.json"));
        File.Delete(file);
        if (content is not null)
        {
            File.WriteAllText(file, content);
        }

        using var lease = Store.AcquireLease(s_request with { LastToken = last });

        Assert.Equal(token, lease.Holder.Token);
    }

    [Fact]
    public void Acquire_LastHolderIsAheadOfTheJournal_GoesOnAboveIt()
    {
        WriteForeignHolder(isReleased: true);
        using var lease = Store.AcquireLease(s_request with { LastToken = 7 });
        Assert.Equal(42, lease.Holder.Token);
    }

    [Fact]
    public void Renew_TokenIsNoLongerTheNewest_IsLost()
    {
        using var lease = Store.AcquireLease(s_request);
        lease.Renew("Switch", TimeSpan.FromSeconds(10));
        Assert.Equal("Switch", Store.ReadHolder(s_request.Key)?.Step);
        WriteForeignHolder(isReleased: false);
        var lost = Assert.Throws<RollbackOpsException>(() => lease.Renew("Pin", TimeSpan.FromSeconds(10)));
        Assert.Equal(ErrorId.LeaseLost, lost.Id);
    }

    [Fact]
    public void Renew_LongDeadline_OutlastsIt()
    {
        using var lease = Store.AcquireLease(s_request);
        lease.Renew("Activate", TimeSpan.FromMinutes(30));
        Assert.True(lease.Holder.Expires >= _clock.GetUtcNow().AddMinutes(30));
    }

    [Fact]
    public void Acquire_StateFolderIsAFile_SaysWhichFolder()
    {
        File.WriteAllText(_root[".rollback"], "in the way");
        var refused = Assert.Throws<RollbackOpsException>(() => Store.AcquireLease(s_request));
        Assert.Equal(ErrorId.StateUnusable, refused.Id);
        Assert.Contains(_root[".rollback"], refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _root.Dispose();

    private DateTimeOffset WriteForeignHolder(bool isReleased)
    {
        if (!Directory.Exists(_root[".rollback"]))
        {
            Store.AcquireLease(s_request).Dispose();
        }

        var file = Assert.Single(Directory.EnumerateFiles(_root[".rollback"], "lease-*.json"));
        var holder = JsonNode.Parse(File.ReadAllText(file))!;
        var expires = _clock.GetUtcNow().AddMinutes(2);
        holder["host"] = "elsewhere";
        holder["token"] = 41;
        holder["released"] = isReleased;
        holder["expires"] = expires;
        File.WriteAllText(file, holder.ToJsonString());
        return expires;
    }
}
