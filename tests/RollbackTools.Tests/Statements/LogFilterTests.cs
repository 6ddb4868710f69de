using System.Globalization;
using RollbackOps.Rollbacks;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>The filters of <c>Get-RollbackLog</c> at the prompt.</summary>
public sealed class LogFilterTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly Session _session;

    public LogFilterTests()
    {
        _session = new Session(_folder.Root);
        _session.Run("Invoke-Rollback -Reason one -Confirm:$false").Clean();
        _session.Run("Invoke-Rollback -Target nothing -Reason two -Confirm:$false");
        _session.Run("Undo-Rollback -Reason three -Confirm:$false").Clean();
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Get-RollbackLog", "1 2 3")]
    [InlineData("Get-RollbackLog -Status Succeeded", "1 3")]
    [InlineData("Get-RollbackLog -Status refused, Failed", "2")]
    [InlineData("Get-RollbackLog -Status Unknown", "")]
    [InlineData("Get-RollbackLog -Status Succeeded -Last 1", "3")]
    [InlineData("Get-RollbackLog -Number 2 -Status Succeeded", "")]
    [InlineData("Get-RollbackLog -Since ([DateTime]::UtcNow.AddDays(1))", "")]
    [InlineData("Get-RollbackLog -Since ([DateTimeOffset]::Now.AddHours(-1))", "1 2 3")]
    public void Filters_Given_LeaveWhatFits(string script, string numbers) => Assert.Equal(numbers, Numbers(script));

    [Fact]
    public void Since_TheMomentOfAnEntry_GivesItAndWhatFollowsInAnyZone()
    {
        var second = ((RollbackLogEntry)_session.Run("Get-RollbackLog -Number 2").Clean().Output[0].BaseObject).StartedAt;

        foreach (var offset in new[] { TimeSpan.Zero, new TimeSpan(12, 45, 0), new TimeSpan(-9, -30, 0) })
        {
            Assert.Equal("2 3", Numbers($"Get-RollbackLog -Since '{second.ToOffset(offset):O}'"));
            Assert.Equal("3", Numbers($"Get-RollbackLog -Since '{second.AddTicks(1).ToOffset(offset):O}'"));
        }
    }

    [Fact]
    public void Since_Verbose_SaysTheTimeInUtc() => Assert.Contains("Since 2026-03-29 00:59:59Z.",
        _session.Run("Get-RollbackLog -Since '2026-03-29T01:59:59+01:00' -Verbose").Clean().Verbose);

    private string Numbers(string script) => string.Join(' ', _session.Run(script).Clean().Output
        .Select(one => ((RollbackLogEntry)one.BaseObject).Number.ToString(CultureInfo.InvariantCulture)));
}
