using System.Text;
using RollbackOps.Adapters.Postgres;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Databases;

public sealed class PlainSqlSizeTests
{
    private const long Size = 64L << 20;
    private const long MostAllocated = Size / 4;

    [Theory]
    [InlineData("COPY t FROM stdin;\n", "no end of this line;\\\\ ", "\n\\.\n")]
    [InlineData("COPY t FROM stdin;\n", "\\N\tshort;\n", "\\.\n")]
    [InlineData("SET x = '", "text; -- and '' more\n", "';")]
    [InlineData("SET x = E'", "text; -- and \\' more\n", "';")]
    [InlineData("CREATE FUNCTION f() AS $a$", "text; $ $$ $b$ more", "$a$;")]
    [InlineData("INSERT INTO t VALUES ('", "text; -- and '' more", "');")]
    [InlineData("-- ", "a comment without end; ", "\nSET x = 1;")]
    [InlineData("/* ", "a comment /* without */ end;\n", "*/ SET x = 1;")]
    public async Task Scan_TextOfAnySize_TakesTheSameMemory(string head, string middle, string tail)
    {
        // Nothing here waits, so one thread does it all.
        // An undecided statement is held, up to a limit; whatever is longer has been decided, or is no statement.
        var isHeld = head.StartsWith("SET", StringComparison.Ordinal);
        using var dump = new LongText(head, middle, tail, isHeld ? 900 * 1024 : Size);
        await ScanAsync(new MemoryStream("SET x = 1;"u8.ToArray()));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var content = await ScanAsync(dump);

        Assert.Equal(1, content.Statements);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
    }

    [Theory]
    [InlineData("SET x = '", "text")]
    [InlineData("GRANT ", "a, ")]
    [InlineData("COPY ", "a")]
    public async Task Scan_StatementThatIsTooLongToTell_IsRefused(string head, string middle)
    {
        using var dump = new LongText(head, middle, ";", Size);

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() => ScanAsync(dump));

        Assert.Equal(ErrorId.DumpRefused, failure.Id);
        Assert.True(dump.Position < Size / 8);
    }

    private static Task<PlainSqlContent> ScanAsync(Stream dump) =>
        new PlainSqlScanner(new BackupSource("d", "/d.sql", BackupFormat.PlainSql, Sha256: null), skipsDatabaseCommands: false)
            .CopyAsync(dump, Stream.Null, CancellationToken.None);

    /// <summary>A text with a middle repeated up to some size, made while it is read.</summary>
    private sealed class LongText(string head, string middle, string tail, long size) : Stream
    {
        private readonly byte[] _head = Encoding.UTF8.GetBytes(head);
        private readonly byte[] _middle = Encoding.UTF8.GetBytes(middle);
        private readonly byte[] _tail = Encoding.UTF8.GetBytes(tail);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => _head.Length + (size / _middle.Length * _middle.Length) + _tail.Length;

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            var tailFrom = Length - _tail.Length;
            var (part, at) = Position < _head.Length ? (_head, Position)
                : Position < tailFrom ? (_middle, (Position - _head.Length) % _middle.Length)
                : (_tail, Position - tailFrom);
            var done = 0;
            do
            {
                var rest = part.AsSpan((int)at);
                var length = Math.Min(rest.Length, buffer.Length - done);
                rest[..length].CopyTo(buffer[done..]);
                done += length;
                Position += length;
                at = 0;
            }
            while (part == _middle && Position < tailFrom && done < buffer.Length);

            return done;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span));

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
