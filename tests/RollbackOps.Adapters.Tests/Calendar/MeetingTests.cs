using System.Text;
using RollbackOps.Adapters.Calendar;
using RollbackOps.Adapters.Tests.Reports;
using RollbackOps.Incidents;

namespace RollbackOps.Adapters.Tests.Calendar;

/// <summary>The post-mortem's calendar file: the right hour, one entry however often it is written, nothing foreign that acts.</summary>
public class MeetingTests
{
    [Fact]
    public void Write_Meeting_IsAnHourAfterTheIncidentInUtc()
    {
        var lines = Lines(new ReportSample().Succeeded());
        // The rollback began at 14:08:30 and took 14.9 s.
        Assert.Contains("DTSTART:20250301T150800Z", lines);
        Assert.Contains("DURATION:PT30M", lines);
        Assert.Contains($"UID:{ReportSample.RollbackId}.shop.production@rollbackops", lines);
        Assert.Contains("SUMMARY:Post-mortem: Rollback 1 of shop/production: Succeeded", lines);
    }

    [Fact]
    public void Write_SameIncidentLater_KeepsIdAndHourAndCountsUp()
    {
        var sample = new ReportSample();
        var first = sample.Succeeded();
        var second = sample.Make(new ReportInput { RollbackId = ReportSample.RollbackId });
        Assert.Equal(Lines(first).Single(line => line.StartsWith("UID:", StringComparison.Ordinal)), Lines(second).Single(line => line.StartsWith("UID:", StringComparison.Ordinal)));
        Assert.Equal(first.PostMortem.ScheduledAt, second.PostMortem.ScheduledAt);
        var later = PostMortemMeeting.Of(second with { WrittenAt = second.WrittenAt.AddMinutes(1) })!;
        Assert.True(later.Sequence > PostMortemMeeting.Of(first)!.Sequence);
    }

    [Fact]
    public void Write_HostileText_IsEscapedFoldedAndInert()
    {
        var written = Text(new ReportSample().Succeeded() with
        {
            Title = "a;b,c\\d\r\nEND:VEVENT\r\nBEGIN:VALARM\u001b[2J\u202e " + new string('ü', 120),
            Summary = "x\nATTENDEE:mailto:mallory@example.org",
        });
        Assert.All(written.Split("\r\n"), line => Assert.True(Encoding.UTF8.GetByteCount(line) <= 75, line));
        var unfolded = written.Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n");
        Assert.Single(unfolded, line => line == "END:VEVENT");
        Assert.DoesNotContain(unfolded, line => line.StartsWith("BEGIN:VALARM", StringComparison.Ordinal) || line.StartsWith("ATTENDEE", StringComparison.Ordinal));
        Assert.Contains(unfolded, line => line.StartsWith("SUMMARY:Post-mortem: a\\;b\\,c\\\\d", StringComparison.Ordinal));
        Assert.DoesNotContain(written, character => character is '\u001b' or '\u202e');
    }

    private static string[] Lines(IncidentReport report) => Text(report).Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n");

    private static string Text(IncidentReport report) => Encoding.UTF8.GetString(new IcalMeetingCalendar().Write(PostMortemMeeting.Of(report)!));
}
