using CsCheck;
using RollbackOps.Configuration;

namespace RollbackOps.Tests.Configuration;

public class DurationTests
{
    [Theory]
    [InlineData("90s", 90_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("250ms", 250)]
    [InlineData("2d", 172_800_000)]
    [InlineData("1d2h3m4s5ms", 93_784_005)]
    [InlineData("0s", 0)]
    [InlineData("00:05:00", 300_000)]
    [InlineData("1:30:00", 5_400_000)]
    [InlineData("2.00:00:00", 172_800_000)]
    [InlineData("2.1:00:00", 176_400_000)]
    [InlineData("00:00:00.250", 250)]
    [InlineData("PT5M", 300_000)]
    [InlineData("P1DT2H", 93_600_000)]
    public void TryParse_KnownNotation_GivesDuration(string text, long milliseconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5.0")]
    [InlineData("1.5h")]
    [InlineData("-5m")]
    [InlineData("5M")]
    [InlineData("5 m")]
    [InlineData(" 5m")]
    [InlineData("5m\n")]
    [InlineData("5min")]
    [InlineData("30m1h")]
    [InlineData("1m1m")]
    [InlineData("m")]
    [InlineData("05:00")]
    [InlineData("25:00:00")]
    [InlineData("00:60:00")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P5M")]
    [InlineData("P1M")]
    [InlineData("٥m")]
    [InlineData("99999999999999999999d")]
    [InlineData("9223372036854775807s")]
    [InlineData("999999999999.00:00:00")]
    public void TryParse_AnythingElse_IsRefused(string? text)
    {
        Assert.False(Duration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.Zero, duration);
    }

    [Theory]
    [InlineData(90_000, "90s")]
    [InlineData(60_000, "1m")]
    [InlineData(119_000, "119s")]
    [InlineData(150_000, "2m30s")]
    [InlineData(5_400_000, "1h30m")]
    [InlineData(250, "250ms")]
    [InlineData(0, "0s")]
    [InlineData(-300_000, "-5m")]
    public void Format_Duration_GivesTheNotationPeopleUse(long milliseconds, string text) =>
        Assert.Equal(text, Duration.Format(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void Format_AnyDuration_IsReadBackAsItself() =>
        Gen.OneOf(
                Gen.Long[0, TimeSpan.MaxValue.Ticks],
                Gen.Long[0, 1_000_000_000].Select(milliseconds => milliseconds * TimeSpan.TicksPerMillisecond),
                Gen.Long[0, 1_000_000].Select(seconds => seconds * TimeSpan.TicksPerSecond))
            .Select(TimeSpan.FromTicks)
            .Sample(duration => Duration.TryParse(Duration.Format(duration), out var read) && read == duration);

    [Fact]
    public void TryParse_AnyText_NeverThrows() =>
        Gen.String[Gen.Char["0123456789dhmsPTDHMS:. -"], 0, 12].Sample(text =>
        {
            if (Duration.TryParse(text, out var duration))
            {
                Assert.True(Duration.TryParse(Duration.Format(duration), out var again));
                Assert.Equal(duration, again);
            }
        });
}
