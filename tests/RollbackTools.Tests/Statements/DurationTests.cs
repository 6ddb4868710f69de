using RollbackOps.Decisions;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>Durations and rates as people type them (cmdlets.md, Input).</summary>
public sealed class DurationTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly Session _session;

    public DurationTests() => _session = new Session(_folder.Root);

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    // s, d and their like are numeric suffixes: the parser reads 30s as a number before any cmdlet sees it.
    [InlineData("30s", 30)]
    [InlineData("90s", 90)]
    [InlineData("'90s'", 90)]
    [InlineData("5m", 300)]
    [InlineData("1h", 3600)]
    [InlineData("2d", 172800)]
    [InlineData("1h30m", 5400)]
    [InlineData("([TimeSpan]'00:05:00')", 300)]
    [InlineData("'00:05:00'", 300)]
    public void Duration_Typed_IsWhatItSays(string typed, int seconds)
    {
        var decision = _session.Run($"Test-RollbackNeeded -ErrorRatePercent 1 -Duration {typed}").Clean().Single<RollbackDecision>();

        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.Single(decision.Inputs.Measurements).Length);
    }

    [Theory]
    [InlineData("2500ms", 2500)]
    [InlineData("3s", 3000)]
    public void Duration_OfAnotherParameter_IsReadTheSameWay(string typed, int milliseconds)
    {
        var decision = _session.Run($"Test-RollbackNeeded -P95 {typed} -Duration 5m").Clean().Single<RollbackDecision>();

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Assert.Single(decision.Inputs.Measurements).P95);
    }

    [Theory]
    [InlineData("30")]
    [InlineData("'30'")]
    [InlineData("1.5")]
    [InlineData("-5m")]
    [InlineData("soon")]
    public void Duration_WithoutAUnit_IsRefused(string typed)
    {
        var outcome = _session.Run($"Test-RollbackNeeded -ErrorRatePercent 1 -Duration {typed}");

        Assert.Equal("ParameterArgumentTransformationError", outcome.ErrorId());
        Assert.Contains("90s, 5m, 1h", outcome.Told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("101")]
    [InlineData("-1")]
    public void Rate_OutsideZeroToAHundred_IsRefused(string percent) => Assert.Equal("ParameterArgumentValidationError",
        _session.Run($"Test-RollbackNeeded -ErrorRatePercent {percent} -Duration 5m").ErrorId());

    [Fact]
    public void Rate_WithoutItsDuration_IsRefused() =>
        Assert.Equal("InvalidArgument", _session.Run("Test-RollbackNeeded -ErrorRatePercent 6").ErrorId());
}
