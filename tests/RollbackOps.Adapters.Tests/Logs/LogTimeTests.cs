using System.Globalization;
using System.Text;
using RollbackOps.Adapters.Logs;

namespace RollbackOps.Adapters.Tests.Logs;

public sealed class LogTimeTests
{
    private static readonly string[] s_zones = ["Z", "z", "", "+00:00", "+0530", "-08:00", "+14", " -0330"];

    [Theory]
    [InlineData("1795433400", "2026-11-23T11:30:00Z")]
    [InlineData("1795433400.5", "2026-11-23T11:30:00.5Z")]
    [InlineData("1.7954334e9", "2026-11-23T11:30:00Z")]
    [InlineData("1795433400123", "2026-11-23T11:30:00.123Z")]
    [InlineData("1795433400123.25", "2026-11-23T11:30:00.12325Z")]
    [InlineData("1795433400123456", "2026-11-23T11:30:00.123456Z")]
    [InlineData("1795433400123456789", "2026-11-23T11:30:00.1234567Z")]
    [InlineData("23/Nov/2026:12:30:00 +0100", "2026-11-23T11:30:00Z")]
    [InlineData("2026-11-23 11:30:00,5", "2026-11-23T11:30:00.5Z")]
    [InlineData("2026-11-23T11:30:00.123456789Z", "2026-11-23T11:30:00.1234567Z")]
    [InlineData("2024-02-29T23:59:60Z", "2024-03-01T00:00:00Z")]
    public void TryText_AsLogsWriteIt_IsThatTime(string text, string expected)
    {
        Assert.True(new LogTime().TryText(Encoding.UTF8.GetBytes(text), out var ticks));
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), new DateTimeOffset(ticks, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("")]
    [InlineData("never")]
    [InlineData("2026-02-29T11:30:00Z")]
    [InlineData("2026-13-01T11:30:00Z")]
    [InlineData("2026-11-23T24:00:00Z")]
    [InlineData("2026-11-23T11:60:00Z")]
    [InlineData("2026-11-23T11:30:61Z")]
    [InlineData("2026-11-23T11:30:00.Z")]
    [InlineData("2026-11-23T11:30:00+1")]
    [InlineData("2026-11-23T11:30:00 UTC")]
    [InlineData("0000-00-00T00:00:00Z")]
    [InlineData("23/Now/2026:12:30:00 +0100")]
    [InlineData("1e400")]
    [InlineData("-99999999999999")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0:00Z")]
    public void TryText_NoTime_IsRefused(string text)
    {
        var time = new LogTime();
        Assert.True(time.TryText("2026-11-23T11:30:00Z"u8, out _));
        Assert.False(time.TryText(Encoding.UTF8.GetBytes(text), out _));
    }

    [Fact]
    public void TryText_AnyTimeAndZoneAfterAnyOther_IsTheLibrarys()
    {
        var random = new Random(20261123);
        var time = new LogTime();
        var at = new DateTime(2026, 11, 23, 11, 30, 0, DateTimeKind.Unspecified);
        for (var i = 0; i < 100_000; i++)
        {
            // Mostly the minute of the line before, as in a log.
            at = random.Next(20) == 0 ? at.AddMinutes(random.Next(-3_000_000, 3_000_000)) : new DateTime(at.Ticks - (at.Ticks % TimeSpan.TicksPerMinute) + random.NextInt64(TimeSpan.TicksPerMinute));
            var digits = random.Next(8);
            var zone = s_zones[random.Next(s_zones.Length)];
            var text = at.ToString("yyyy-MM-ddTHH:mm:ss" + (digits == 0 ? "" : "." + new string('f', digits)), CultureInfo.InvariantCulture);

            Assert.True(time.TryText(Encoding.ASCII.GetBytes(text + zone), out var ticks), text + zone);
            var expected = DateTime.ParseExact(text, "yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture) - Offset(zone.Trim());
            Assert.True(expected.Ticks == ticks, $"{text}{zone}: {new DateTime(ticks):O}");
        }
    }

    private static TimeSpan Offset(string zone)
    {
        var digits = zone.Replace(":", "", StringComparison.Ordinal);
        return digits is "" or "Z" or "z"
            ? TimeSpan.Zero
            : (digits[0] == '-' ? -1 : 1) * new TimeSpan(
                int.Parse(digits.AsSpan(1, 2), CultureInfo.InvariantCulture), digits.Length > 3 ? int.Parse(digits.AsSpan(3, 2), CultureInfo.InvariantCulture) : 0, 0);
    }
}
