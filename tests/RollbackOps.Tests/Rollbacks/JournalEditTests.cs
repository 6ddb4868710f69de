using System.Text;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>An edited record is reported with its number and blocks nothing but trust.</summary>
public sealed class JournalEditTests
{
    // Digits, quotes, a line end, a brace, an exponent, a byte that is no UTF-8.
    private static readonly byte[] s_replacements = "019e\"\n}x,\u0001"u8.ToArray();

    [Fact]
    public async Task Decode_EveryByteEdited_ReportsThatRecordAndTheLedgerStillReads()
    {
        var journal = await JournalLines.OfRollbackAndUndoAsync(isUndone: false);
        var bytes = journal.Bytes.ToArray();
        var record = 1L;
        for (var at = 0; at < bytes.Length; at++)
        {
            var original = bytes[at];
            // Every byte once, with a replacement that changes from byte to byte; 0xFF is no UTF-8 anywhere.
            var replacement = at % 11 == 10 ? (byte)0xFF : s_replacements[at % 11 % s_replacements.Length];
            if (replacement != original)
            {
                bytes[at] = replacement;
                AssertReported(journal.Read(bytes), record, at);
                bytes[at] = original;
            }

            record += original == (byte)'\n' ? 1 : 0;
        }
    }

    [Fact]
    public void Decode_EveryByteOfShortRecordsEditedInEveryWay_ReportsThatRecord()
    {
        var journal = JournalLines.OfMarks(3);
        var bytes = journal.Bytes.ToArray();
        var record = 1L;
        for (var at = 0; at < bytes.Length; at++)
        {
            var original = bytes[at];
            foreach (var replacement in s_replacements.Append((byte)0xFF).Where(one => one != original))
            {
                bytes[at] = replacement;
                AssertReported(journal.Read(bytes), record, at);
            }

            bytes[at] = original;
            record += original == (byte)'\n' ? 1 : 0;
        }
    }

    [Theory]
    [InlineData("{\"v\":\"one\"}")]
    [InlineData("{\"v\":1,\"n\":\"x\",\"at\":3,\"kind\":[],\"data\":{},\"prev\":1,\"hash\":2}")]
    [InlineData("{\"v\":1,\"n\":1,\"at\":3,\"kind\":\"Resumed\",\"data\":{},\"prev\":\"\",\"hash\":\"\"}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("not json")]
    public void Decode_ALineThatIsNoRecord_IsReportedAndSteppedOver(string line)
    {
        var journal = JournalLines.OfMarks(2);

        var reading = journal.Read([journal.Lines[0], line + "\n", journal.Lines[1]]);

        Assert.Equal((JournalFindingKind.Unreadable, 2L), (reading.Findings[0].Kind, reading.Findings[0].Number));
        Assert.Equal(2, reading.Records.Count);
    }

    [Fact]
    public async Task RollBack_JournalWasEdited_StillWorksAndIsNotTrusted()
    {
        var world = World.WithThree();
        new DeploymentMarks(world.Context).Block(world.Platform.Deployments[2], "bad");
        var text = Encoding.UTF8.GetString(world.Store.Bytes);
        world.Store.Bytes = Encoding.UTF8.GetBytes(text.Replace("bad", "mad", StringComparison.Ordinal));

        var result = await world.RollBackAsync();

        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        var check = JournalCheck.Of(world.Context);
        Assert.False(check.IsTrusted);
        Assert.Equal((JournalFindingKind.Edited, 1L), (check.Findings[0].Kind, check.Findings[0].Number));
        Assert.Single(check.Findings);
    }

    private static void AssertReported(JournalReading reading, long record, int at)
    {
        Assert.True(reading.Findings.Any(finding => finding.Number == record),
            $"byte {at} of record {record}: {string.Join("; ", reading.Findings)}");
        // Whatever an edited record says, reading the log does not fail.
        var ledger = RollbackLedger.From(reading);
        foreach (var attempt in ledger.Attempts)
        {
            _ = attempt.ToResult("p", "e", "s");
        }

        _ = RollbackLogEntry.From(ledger, owner: null).ToList();
    }
}
