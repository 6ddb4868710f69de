using System.Text;
using System.Text.Json;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>What is written can be read, and whatever is done to it is told (S35).</summary>
public sealed class JournalCodecTests
{
    [Fact]
    public async Task Decode_WhatTheRunnerWrote_IsWholeAndInOrder()
    {
        var journal = await JournalLines.OfRollbackAndUndoAsync();

        var reading = journal.Read();

        Assert.Empty(reading.Findings);
        Assert.Equal(Enumerable.Range(1, journal.Lines.Count).Select(number => (long)number),
            reading.Records.Select(record => record.Number));
        Assert.Equal(journal.Head, new JournalHead(reading.LastNumber, reading.Records[^1].Hash));
        Assert.DoesNotContain(reading.Records, record => record.Kind == JournalKind.Unknown);
    }

    [Fact]
    public void Encode_ThenDecode_KeepsEveryMember()
    {
        var data = JsonSerializer.SerializeToElement(new { text = "a \"b\" \n <U+001B> é 😀", number = 1.5 });
        var at = new DateTimeOffset(2025, 3, 1, 12, 0, 0, 123, TimeSpan.FromHours(2));
        var (line, hash) = JournalCodec.Encode(1, at, JournalKind.Resumed, "rb-1", data, JournalCodec.Genesis);

        var record = Assert.Single(JournalCodec.Decode(line, head: null).Records);

        Assert.Equal((1, at, JournalKind.Resumed, "rb-1", JournalCodec.Genesis, hash),
            (record.Number, record.At, record.Kind, record.RollbackId, record.PreviousHash, record.Hash));
        Assert.Equal(TimeSpan.Zero, record.At.Offset);
        Assert.Equal(data.ToString(), record.Data.ToString());
        Assert.Equal((byte)'\n', line[^1]);
        Assert.Equal(1, line.Count(one => one == (byte)'\n'));
    }

    [Fact]
    public void Decode_Empty_IsWhole()
    {
        var reading = JournalCodec.Decode([], head: null);

        Assert.Empty(reading.Findings);
        Assert.Equal(0, reading.LastNumber);
    }

    [Fact]
    public async Task Decode_TruncatedAtEveryByte_KeepsTheWholeRecordsAndReportsTheRest()
    {
        var journal = await JournalLines.OfRollbackAndUndoAsync();
        for (var length = 0; length < journal.Bytes.Length; length++)
        {
            var cut = journal.Bytes[..length];
            var whole = cut.Count(one => one == (byte)'\n');
            var isTorn = length > 0 && cut[^1] != (byte)'\n';

            var reading = journal.Read(cut);

            Assert.Equal(whole, reading.Records.Count);
            Assert.Equal(isTorn, reading.Findings.Any(finding =>
                finding.Kind == JournalFindingKind.TornTail && finding.Number == whole + 1 && !finding.BreaksTrust));
            Assert.Contains(reading.Findings, finding =>
                finding.Kind == JournalFindingKind.Truncated && finding.Number == whole + 1);
        }
    }

    [Fact]
    public async Task Append_AfterATruncationAtEveryByte_RecoversTheTail()
    {
        var journal = JournalLines.OfMarks(3);
        for (var length = 1; length <= journal.Bytes.Length; length++)
        {
            // A crash while the last record is written: the head was not yet.
            var world = World.WithThree();
            world.Store.Bytes = journal.Bytes[..length];
            var before = JournalCodec.Decode(world.Store.Bytes, head: null);

            new DeploymentMarks(world.Context).Block(world.Platform.Deployments[0], "go on");

            var after = world.Context.Journal.Read();
            Assert.Empty(after.Findings);
            var isTorn = before.Findings.Count > 0;
            Assert.Equal(before.Records.Count + (isTorn ? 2 : 1), after.Records.Count);
            Assert.Equal(isTorn, after.Records.Any(record => record.Kind == JournalKind.TailRecovered));
        }

        await Task.CompletedTask;
    }

    [Fact]
    public async Task Decode_WholeRecordsGoneFromTheEnd_IsToldByTheHead()
    {
        var journal = await JournalLines.OfRollbackAndUndoAsync();

        var finding = Assert.Single(journal.Read(journal.Lines.SkipLast(2)).Findings);

        Assert.Equal(JournalFindingKind.Truncated, finding.Kind);
        Assert.Equal(journal.Lines.Count - 1, finding.Number);
        Assert.Empty(journal.Read(Encoding.UTF8.GetBytes(string.Concat(journal.Lines.SkipLast(2))), withHead: false).Findings);
    }

    [Fact]
    public void Decode_ARecordRemovedInsertedOrSwapped_IsReportedThere()
    {
        var journal = JournalLines.OfMarks(5);
        var lines = journal.Lines;

        AssertBroken(journal.Read([lines[0], .. lines.Skip(2)]), at: 2);
        AssertBroken(journal.Read([lines[0], lines[1], lines[1], .. lines.Skip(2)]), at: 3);
        AssertBroken(journal.Read([lines[0], lines[2], lines[1], .. lines.Skip(3)]), at: 2);
        AssertBroken(journal.Read(lines.Skip(1)), at: 1);
    }

    [Fact]
    public void Decode_ARecordReplacedWithAFreshHash_IsReportedAtTheNext()
    {
        var journal = JournalLines.OfMarks(3);
        var second = journal.Read().Records[1];
        var (forged, _) = JournalCodec.Encode(2, second.At, second.Kind, "rb-forged", second.Data, second.PreviousHash);

        AssertBroken(journal.Read([journal.Lines[0], Encoding.UTF8.GetString(forged), journal.Lines[2]]), at: 3);
    }

    [Fact]
    public void Decode_AClockThatJumpedBack_IsNoFinding()
    {
        var world = World.WithThree();
        var marks = new DeploymentMarks(world.Context);
        marks.Block(world.Platform.Deployments[0], "first");
        world.Clock.Jump(TimeSpan.FromHours(-3));
        marks.Block(world.Platform.Deployments[1], "second");

        var reading = world.Context.Journal.Read();

        Assert.Empty(reading.Findings);
        Assert.True(reading.Records[1].At < reading.Records[0].At);
        Assert.Equal([1, 2], reading.Records.Select(record => record.Number));
    }

    [Fact]
    public void Decode_RecordOfANewerVersion_IsRefusedAndNothingIsAppended()
    {
        var world = World.WithThree();
        var newer = JournalLines.OfMarks(1).Lines[0].Replace("{\"v\":1,", "{\"v\":2,", StringComparison.Ordinal);
        world.Store.Bytes = Resealed(newer);

        var read = Assert.Throws<RollbackOpsException>(() => world.Context.Journal.Read());
        var written = Assert.Throws<RollbackOpsException>(() =>
            new DeploymentMarks(world.Context).Block(world.Platform.Deployments[0], "no"));

        Assert.Equal((ErrorId.JournalTooNew, ErrorId.JournalTooNew), (read.Id, written.Id));
        Assert.Equal(Resealed(newer), world.Store.Bytes);
    }

    private static byte[] Resealed(string line)
    {
        var body = line[..line.LastIndexOf(",\"hash\"", StringComparison.Ordinal)];
        var hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        return Encoding.UTF8.GetBytes($"{body},\"hash\":\"{hash.ToLowerInvariant()}\"}}\n");
    }

    private static void AssertBroken(JournalReading reading, long at)
    {
        Assert.Equal((JournalFindingKind.ChainBroken, at), (reading.Findings[0].Kind, reading.Findings[0].Number));
        Assert.True(reading.Findings[0].BreaksTrust);
    }
}
