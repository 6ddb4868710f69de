using System.Text;
using CsCheck;
using RollbackOps.Rollbacks;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>What is checked block by block, side by side, is what a reading of record after record finds.</summary>
public sealed class JournalVerifierTests
{
    private static readonly JournalLines s_journal = JournalLines.OfMarks(12);

    [Fact]
    public async Task Verify_AWholeJournal_FindsNothingWhateverTheBlocks()
    {
        var journal = await JournalLines.OfRollbackAndUndoAsync();
        foreach (var size in new[] { 1, 100, 1000, 10_000, 1 << 20 })
        {
            var outcome = Verify(journal.Bytes, size, journal.Head);

            Assert.Empty(outcome.Findings);
            Assert.Equal((journal.Head.Number, journal.Head.Hash), (outcome.Records, outcome.LastHash));
        }
    }

    [Fact]
    public void Verify_AnyByteEdited_NamesThatRecordFirst()
    {
        var starts = new List<int> { 0 };
        foreach (var line in s_journal.Lines)
        {
            starts.Add(starts[^1] + Encoding.UTF8.GetByteCount(line));
        }

        Gen.Select(Gen.Int[0, s_journal.Bytes.Length - 1], Gen.Byte, Gen.Int[50, 3000]).Sample((at, value, size) =>
        {
            var bytes = s_journal.Bytes.ToArray();
            if (bytes[at] == value)
            {
                return true;
            }

            bytes[at] = value;
            var first = First(AssertAsRead(bytes, size));
            return first == starts.FindLastIndex(start => start <= at) + 1;
        }, iter: 1000);
    }

    [Fact]
    public void Verify_CutOffAnywhere_NamesTheFirstThatIsGone() =>
        Gen.Select(Gen.Int[0, s_journal.Bytes.Length - 1], Gen.Int[50, 3000]).Sample((length, size) =>
        {
            var bytes = s_journal.Bytes[..length];
            var whole = bytes.Count(one => one == (byte)'\n');
            return First(AssertAsRead(bytes, size)) == whole + 1;
        }, iter: 500);

    [Fact]
    public void Verify_RecordsSwapped_NamesTheFirst() =>
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, 11], Gen.Int[50, 3000]).Where((one, other, _) => one != other).Sample((one, other, size) =>
        {
            var lines = s_journal.Lines.ToArray();
            (lines[one], lines[other]) = (lines[other], lines[one]);
            return First(AssertAsRead(Bytes(lines), size)) == Math.Min(one, other) + 1;
        }, iter: 300);

    [Fact]
    public void Verify_ARecordTwice_NamesTheSecond() =>
        // Right before itself, it is the original that comes second.
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, 11], Gen.Int[50, 3000]).Where((one, to, _) => one != to + 1).Sample((one, to, size) =>
        {
            var lines = s_journal.Lines.ToList();
            lines.Insert(to + 1, lines[one]);
            return First(AssertAsRead(Bytes(lines), size)) == to + 2;
        }, iter: 300);

    [Fact]
    public void Verify_ARecordDeleted_NamesItsPlace() =>
        Gen.Select(Gen.Int[0, 11], Gen.Int[50, 3000]).Sample((one, size) =>
        {
            var lines = s_journal.Lines.ToList();
            lines.RemoveAt(one);
            return First(AssertAsRead(Bytes(lines), size)) == one + 1;
        }, iter: 100);

    [Fact]
    public void Verify_ManyRecords_TakesNoMemoryOfTheirSize()
    {
        using var journal = new MemoryStream();
        var head = new JournalHead(0, JournalCodec.Genesis);
        using var data = System.Text.Json.JsonDocument.Parse("""{"step":3,"kind":"Switch","detail":"the link leads to 20260102100000"}""");
        for (var i = 1; i <= 20_000; i++)
        {
            var (line, hash) = JournalCodec.Encode(i, DateTimeOffset.UnixEpoch, JournalKind.StepCompleted, "rb-1", data.RootElement, head.Hash);
            journal.Write(line);
            head = new JournalHead(i, hash);
        }

        journal.Position = 0;
        JournalVerifier.Verify(journal, head, 1 << 16);
        journal.Position = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();

        var outcome = JournalVerifier.Verify(journal, head, 1 << 16);

        Assert.Equal((20_000L, head.Hash), (outcome.Records, outcome.LastHash));
        Assert.Empty(outcome.Findings);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, journal.Length / 4);
    }

    private static JournalVerifier.Outcome Verify(byte[] bytes, int size, JournalHead? head) =>
        JournalVerifier.Verify(new MemoryStream(bytes), head, size);

    /// <summary>The findings, which are those of a reading.</summary>
    private static IReadOnlyList<JournalFinding> AssertAsRead(byte[] bytes, int size)
    {
        var outcome = Verify(bytes, size, s_journal.Head);
        var reading = s_journal.Read(bytes);
        Assert.Equal(reading.Findings, outcome.Findings);
        Assert.Equal(reading.Records.Count, outcome.Records);
        return outcome.Findings;
    }

    private static long First(IReadOnlyList<JournalFinding> findings) => findings.Count == 0 ? 0 : findings[0].Number;

    private static byte[] Bytes(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines));
}
