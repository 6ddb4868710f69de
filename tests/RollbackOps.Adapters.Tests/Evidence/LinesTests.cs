using System.Text;
using RollbackOps.Incidents;
using RollbackOps.Redaction;

namespace RollbackOps.Adapters.Tests.Evidence;

/// <summary>Lines on their way into an archive.</summary>
public sealed class LinesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("one")]
    [InlineData("one\ntwo\n")]
    [InlineData("one\r\ntwo\r\n\r\n")]
    public async Task Lines_OfText_PassByteForByte(string text) => Assert.Equal(text, Encoding.UTF8.GetString(await PassAsync(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public async Task Lines_OfAnyBytes_PassByteForByte()
    {
        var random = new Random(20260101);
        for (var round = 0; round < 60; round++)
        {
            var bytes = new byte[random.Next(1, 20 * EvidenceLines.LongestLine / (1 + (round % 40)))];
            random.NextBytes(bytes);
            // Some without any line end: longer than what is taken at once.
            if (round % 10 == 0)
            {
                bytes.AsSpan().Replace((byte)'\n', (byte)'x');
            }

            var passed = await PassAsync(bytes);
            Assert.True(bytes.AsSpan().SequenceEqual(passed), $"round {round}");
        }
    }

    [Fact]
    public async Task Lines_WithSomethingSecret_AreMaskedAndCounted()
    {
        using var target = new MemoryStream();
        var lines = new EvidenceLines(target, line => line.Replace("hunter2", "***", StringComparison.Ordinal));

        await lines.AddAsync(new MemoryStream("a\nlogin hunter2\r\nb"u8.ToArray()), CancellationToken.None);
        lines.Add("hunter2 again");
        lines.Flush();

        Assert.Equal("a\nlogin ***\r\nb*** again\n", Encoding.UTF8.GetString(target.ToArray()));
        Assert.Equal((4, 2), (lines.Count, lines.Masked));
    }

    [Fact]
    public async Task Lines_TooLongForOnePiece_AreNotCutInAWord()
    {
        var word = "hunter2";
        var text = new StringBuilder();
        while (text.Length < 2 * EvidenceLines.LongestLine)
        {
            text.Append(word).Append(' ');
        }

        using var target = new MemoryStream();
        var lines = new EvidenceLines(target, line => line.Replace(word, "*", StringComparison.Ordinal));
        await lines.AddAsync(new MemoryStream(Encoding.ASCII.GetBytes(text.ToString())), CancellationToken.None);
        lines.Flush();

        Assert.DoesNotContain((byte)'h', target.ToArray());
    }

    [Fact]
    public async Task Archive_OfALogWithoutEnd_StaysSmallInMemory()
    {
        using var writer = new EvidenceWriter(Stream.Null, Redactor.Default, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;

        var entry = await writer.AddAsync("app.log", EvidenceKind.Log, "here",
            lines => lines.AddAsync(new Repeated("2026-01-01T00:00:00Z GET /checkout 200 12ms\n"u8.ToArray(), 20_000,
                () => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true))), CancellationToken.None));

        Assert.Equal(20_000, entry.Lines);
        Assert.InRange(most - before, long.MinValue, 16 << 20);
    }

    private static async Task<byte[]> PassAsync(byte[] bytes)
    {
        using var target = new MemoryStream();
        var lines = new EvidenceLines(target, line => line);
        await lines.AddAsync(new MemoryStream(bytes), CancellationToken.None);
        lines.Flush();
        Assert.Equal(0, lines.Masked);
        return target.ToArray();
    }

    /// <summary>A line over and over; memory is looked at now and then.</summary>
    private sealed class Repeated(byte[] line, int times, Action look) : Stream
    {
        private long _at;
        private int _reads;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => (long)line.Length * times;

        public override long Position { get => _at; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (++_reads % 3 == 0)
            {
                look();
            }

            var length = (int)Math.Min(count, Length - _at);
            for (var i = 0; i < length; i++)
            {
                buffer[offset + i] = line[(_at + i) % line.Length];
            }

            _at += length;
            return length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
