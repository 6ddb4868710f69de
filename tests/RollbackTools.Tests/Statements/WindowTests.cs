using RollbackOps.Rollbacks;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>What only people can say is asked for or supplied, and never assumed (S25).</summary>
public sealed class WindowTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly AnsweringHost _host = AnsweringHost.Yes;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Answers_ByParameter_AreRecordedAndStandInTheChecklist()
    {
        using var session = RolledBack(host: null);
        session.Run("$null = Test-RollbackSuccess -Answer @{ TeamNotified = $true; PostMortemScheduled = $false }").Clean();

        Assert.Equal((VerificationStatus.Passed, VerificationStatus.Failed), Items(session));
    }

    [Fact]
    public void Answers_AtThePrompt_AreRecorded()
    {
        using var session = RolledBack(_host);
        session.Run("$null = Test-RollbackSuccess -Ask").Clean();

        Assert.Equal(2, _host.Questions.Count);
        Assert.Equal((VerificationStatus.Passed, VerificationStatus.Passed), Items(session));
    }

    [Fact]
    public void Team_ToldByAChannel_IsNotAskedFor()
    {
        using var hook = new HookServer();
        _folder.AddChannel("hook", hook.Address);
        using var session = RolledBack(_host);
        session.Run("$null = Test-RollbackSuccess -Ask").Clean();

        Assert.Contains("post-mortem", Assert.Single(_host.Questions), StringComparison.Ordinal);
        Assert.Equal((VerificationStatus.Passed, VerificationStatus.Passed), Items(session));
    }

    [Fact]
    public void Answers_OfNobody_StayOpen()
    {
        using var session = RolledBack(host: null);

        Assert.Equal((VerificationStatus.Pending, VerificationStatus.Pending), Items(session));
        Assert.Equal("ApprovalMissing", session.Run("Test-RollbackSuccess -Ask").ErrorId());
    }

    [Theory]
    [InlineData("@{ Weather = $true }")]
    [InlineData("@{ TeamNotified = 'yes' }")]
    public void Answers_ThatSayNothingKnown_AreRefused(string answer)
    {
        using var session = RolledBack(host: null);

        Assert.Equal("InvalidArgument", session.Run($"Test-RollbackSuccess -Answer {answer}").ErrorId());
    }

    private Session RolledBack(AnsweringHost? host)
    {
        var session = new Session(_folder.Root, host);
        session.Run("$null = Invoke-Rollback -Reason r -Confirm:$false").Clean();
        return session;
    }

    private static (VerificationStatus Team, VerificationStatus PostMortem) Items(Session session)
    {
        var seen = (VerificationResult)session.Run("Test-RollbackSuccess").Clean().Output.Single().BaseObject;
        return (seen.Checklist.Single(item => item.Name == "Team notified").Status, seen.Checklist.Single(item => item.Name == "Post-mortem scheduled").Status);
    }
}
