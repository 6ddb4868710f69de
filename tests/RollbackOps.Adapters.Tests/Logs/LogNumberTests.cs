using System.Globalization;
using System.Text;
using RollbackOps.Adapters.Logs;

namespace RollbackOps.Adapters.Tests.Logs;

/// <summary>The quick ways against the library's.</summary>
public sealed unsafe class LogNumberTests
{
    [Fact]
    public void NumbersOfJson_Quick_AreTheLibrarys()
    {
        var random = new Random(20261123);
        var buffer = stackalloc byte[64];
        var accepted = 0;
        for (var i = 0; i < 300_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.Next(12) == 0 ? "-+.eE,}"[random.Next(7)] : (char)('0' + random.Next(10)))]);
            new Span<byte>(buffer, 64).Fill((byte)"\n59.e"[random.Next(5)]);
            Encoding.ASCII.GetBytes(text, new Span<byte>(buffer, 64));

            var end = JsonNumber.End(buffer, text.Length, 0);
            Assert.True(end == JsonNumber.EndAtOnce(buffer, text.Length, 0), text);
            if (end > 0)
            {
                accepted++;
                Assert.True(LogNumber.TryDouble(buffer, end, out var number), text[..end]);
                Assert.True(double.Parse(text.AsSpan(0, end), CultureInfo.InvariantCulture) == number, text[..end]);
            }
        }

        Assert.InRange(accepted, 100_000, 299_999);
    }

    [Theory]
    [InlineData("200", 200)]
    [InlineData("-1", -1)]
    [InlineData("1200", 1200)]
    [InlineData("20x", null)]
    [InlineData("2 0", null)]
    [InlineData("", null)]
    [InlineData("200.0", null)]
    public void TryWhole_IsWhole(string text, int? expected) =>
        Assert.Equal(expected, LogNumber.TryWhole(Encoding.ASCII.GetBytes(text), out var number) ? number : null);
}
