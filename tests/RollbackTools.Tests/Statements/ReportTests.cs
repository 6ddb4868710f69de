using RollbackOps.Incidents;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>What <c>New-IncidentReport</c> writes, and from what.</summary>
public sealed class ReportTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly Session _session;

    public ReportTests()
    {
        _session = new Session(_folder.Root);
        _session.Run("Invoke-Rollback -Reason r -Confirm:$false").Clean();
    }

    private string Reports => Path.Combine(_folder.State, "reports");

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Report_ByIdAndWithoutInput_AreOfTheSameIncident()
    {
        var last = Report("New-IncidentReport");
        var named = Report($"New-IncidentReport -RollbackId {last.RollbackId}");
        Assert.Equal(last.Id, named.Id);
        Assert.Equal(last.PostMortem.ScheduledAt, named.PostMortem.ScheduledAt);
        Assert.Equal(4, Directory.GetFiles(Reports).Length);
        Assert.Equal("RollbackNotFound", _session.Run("New-IncidentReport -RollbackId rb-none").ErrorId());
    }

    [Fact]
    public void Report_OfMeasurementsAlone_IsOfTheLastRollbackWithThem()
    {
        File.WriteAllLines(Path.Combine(_folder.Root, "app.log"), Enumerable.Range(0, 300).Select(i =>
            $$"""{"time":"{{DateTimeOffset.UtcNow.AddSeconds(-i):O}}","status":200,"duration":0.02,"path":"/"}"""));

        var report = Report("Measure-ErrorRate -Path app.log -Last 4m | New-IncidentReport");

        Assert.NotNull(report.RollbackId);
        Assert.True(report.Traffic!.Points.Count >= 3);
        Assert.All(report.Traffic.Points, point => Assert.NotNull(point.P95));
    }

    [Fact]
    public void Report_Written_SchedulesThePostMortemForChecklistAndLog()
    {
        var report = Report("New-IncidentReport");
        Assert.Contains(report.Checklist, item => item.Name == "Post-mortem scheduled" && item.Status == RollbackOps.Rollbacks.VerificationStatus.Passed);
        var entry = _session.Run("Get-RollbackLog").Clean().Single<RollbackOps.Rollbacks.RollbackLogEntry>();
        Assert.Equal($"{report.PostMortem.ScheduledAt!.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC", entry.PostMortem);
    }

    [Fact]
    public void Template_OfOnesOwn_IsWrittenBesideAndAWrongOneNamesItsLine()
    {
        File.WriteAllText(Path.Combine(_folder.Root, "page.txt.liquid"), "{{ status }} {{ rollback.target }}");
        File.WriteAllText(Path.Combine(_folder.Root, "wrong.md.liquid"), "one\n{% wrong %}");

        var report = Report("New-IncidentReport -Template page.txt.liquid");
        Assert.StartsWith("Succeeded ", File.ReadAllText(Assert.Single(report.Files, file => file.EndsWith(".txt", StringComparison.Ordinal))), StringComparison.Ordinal);

        var outcome = _session.Run("New-IncidentReport -OutFolder elsewhere -Template wrong.md.liquid");
        Assert.Equal("TemplateInvalid", outcome.ErrorId());
        // The module's own documents are whole all the same.
        Assert.Equal(4, Directory.GetFiles(Path.Combine(_folder.Root, "elsewhere")).Length);
    }

    [Fact]
    public void Publish_WithoutAGitHubSection_SaysSoAndLeavesTheReport()
    {
        Assert.Equal("InvalidArgument", _session.Run("New-IncidentReport -Publish").ErrorId());
        Assert.Equal(4, Directory.GetFiles(Reports).Length);
    }

    [Fact]
    public void Report_WhatIf_WritesNothing()
    {
        _session.Run("New-IncidentReport -Publish -WhatIf").Clean();
        Assert.False(Directory.Exists(Reports));
    }

    private IncidentReport Report(string call) => _session.Run(call).Clean().Single<IncidentReport>();
}
