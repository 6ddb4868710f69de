using System.Text;
using RollbackOps.Adapters.Logs;

namespace RollbackOps.Adapters.Tests.Logs;

public sealed class LogMemoryTests
{
    private static readonly byte[] s_lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1000)
        .Select(i => LogFolder.Line(i * 3.6, i % 50 == 0 ? 500 : 200, i, $"/api/{i % 40}", $"10.0.0.{i % 200}"))));

    [Fact]
    public void Measure_FiftyTimesAsManyLines_AllocatesTheSame()
    {
        Allocated(1);

        var (few, many) = (Allocated(10), Allocated(500));

        // 56 MB of lines more; an allocation of one byte a line would be half a megabyte.
        Assert.InRange(many - few, -100_000, 100_000);
        Assert.InRange(many, 1, 16_000_000);
    }

    private static long Allocated(int times)
    {
        using var lines = new RepeatedStream(s_lines, times);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var measured = new LogReader().Measure(lines, "lines", LogFolder.Hour(), CancellationToken.None);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((1000L * times, 20L * times), (measured.Requests, measured.Errors));
        return allocated;
    }

    private sealed class RepeatedStream(byte[] bytes, int times) : MemoryStream(bytes, writable: false)
    {
        private int _left = times - 1;

        public override int Read(Span<byte> buffer)
        {
            if (Position == Length && _left-- > 0)
            {
                Position = 0;
            }

            return base.Read(buffer);
        }
    }
}
