using RollbackOps.Decisions;
using RollbackOps.Signals;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>Test-RollbackNeeded looks on, replays and keeps what it came to (S33).</summary>
public sealed class WatchTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly AnsweringHost _host = AnsweringHost.Yes;
    private readonly Session _session;

    public WatchTests() => _session = new Session(_folder.Root, _host);

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Inputs_OfADecision_GiveTheSameVerdictAgain()
    {
        var decision = _session.Run("Test-RollbackNeeded -ErrorRatePercent 6.2 -RequestCount 4800 -Duration 6m").Clean().Single<RollbackDecision>();
        _session.Set("decision", decision);

        var again = _session.Run("Test-RollbackNeeded -InputObject $decision.Inputs").Clean().Single<RollbackDecision>();

        Assert.Equal((decision.Verdict, decision.Severity, decision.IsAutomatic), (again.Verdict, again.Severity, again.IsAutomatic));
        Assert.Equal(decision.Reasons, again.Reasons);
        Assert.Equal(decision.DecidedAt, again.DecidedAt);
        Assert.Equal(decision.Target?.Id, again.Target?.Id);
    }

    [Fact]
    public void Last_NothingKept_SaysSo() => Assert.Equal("NoInput", _session.Run("Test-RollbackNeeded -Last").ErrorId());

    [Fact]
    public void Watch_ServiceDown_EndsAtOnceAndIsKept()
    {
        _folder.Server.Broken.Add(_folder.Current);

        var decision = _session.Run("Test-RollbackNeeded -Watch").Clean().Single<RollbackDecision>();
        var kept = _session.Run("Test-RollbackNeeded -Last").Clean().Single<RollbackDecision>();

        Assert.Equal((Verdict.RollBack, true), (decision.Verdict, decision.IsAutomatic));
        Assert.Equal(decision.Reasons, kept.Reasons);
        Assert.Equal(_folder.Current, _folder.LiveId);
    }

    [Fact]
    public void Watch_For_EndsWithWhatIsKnown()
    {
        var decision = _session.Run("Test-RollbackNeeded -For 1s").Clean().Single<RollbackDecision>();

        Assert.Equal(Verdict.InsufficientData, decision.Verdict);
    }

    [Fact]
    public void Watch_Stopped_EndsAtOnceWithOneHostLineAndKeepsTheVerdict()
    {
        using var shell = _session.NewShell("Test-RollbackNeeded -Watch");
        // The first progress says that the first look is done.
        IAsyncResult? stop = null;
        shell.Streams.Progress.DataAdded += (_, _) => stop ??= shell.BeginStop(null, null);

        var outcome = Session.Run(shell);

        Assert.Empty(outcome.Output);
        Assert.Contains("Test-RollbackNeeded -Last", Assert.Single(_host.Lines), StringComparison.Ordinal);
        Assert.Equal(Verdict.InsufficientData, _session.Run("Test-RollbackNeeded -Last").Clean().Single<RollbackDecision>().Verdict);
    }

    [Fact]
    public void Watch_OfWhatWasMeasuredOnce_IsRefused() => Assert.Equal("InvalidArgument",
        _session.Run("Test-RollbackNeeded -Watch -ErrorRatePercent 3 -Duration 3m").ErrorId());

    [Fact]
    public void Source_IsRunForTheLookAndItsMeasurementsAreJudged()
    {
        _session.Set("bad", Bad());

        var decision = _session.Run("Test-RollbackNeeded -Source { $bad }").Clean().Single<RollbackDecision>();

        Assert.Equal(Verdict.RollBack, decision.Verdict);
        Assert.Equal("InvalidArgument", _session.Run("Test-RollbackNeeded -Source { 'five' }").ErrorId());
    }

    [Fact]
    public void Backtest_OfAMeasurement_GivesWhatFiredAndAPlot()
    {
        _session.Set("bad", Bad());

        var result = _session.Run("$bad | Test-RollbackNeeded -Backtest -GoLive $bad.From -OutFile plot.html").Clean().Single<BacktestResult>();

        Assert.NotNull(result.TimeToAssess);
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(Path.Combine(_folder.Root, "plot.html")), StringComparison.Ordinal);
        Assert.Equal(result.Plot, Path.Combine(_folder.Root, "plot.html"));
    }

    /// <summary>Six minutes up to now, a fifth of whose requests failed.</summary>
    private static Measurement Bad()
    {
        var begin = DateTimeOffset.UtcNow.AddMinutes(-6);
        return Measurement.FromCells("test", [.. Enumerable.Range(0, 36).Select(cell => new TrafficCell
        {
            At = begin.AddSeconds(10 * cell),
            Length = TimeSpan.FromSeconds(10),
            Requests = 100,
            Errors = 20,
        })]);
    }
}
