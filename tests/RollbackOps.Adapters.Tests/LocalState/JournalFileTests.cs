using System.Security.Cryptography;
using System.Text;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.LocalState;

/// <summary>The journal on disk: what a crash, a hand or another version leaves there.</summary>
public sealed class JournalFileTests : IDisposable
{
    private readonly SampleRoot _root = new();

    private string File => _root[".rollback/journal.jsonl"];

    private JournalCheck Check => JournalCheck.Of(_root.Context);

    [Fact]
    public void Append_Returned_IsThereForAnotherHandle()
    {
        for (var i = 1; i <= 3; i++)
        {
            Append($"note {i}");
            var lines = System.IO.File.ReadAllText(File).Split('\n');
            Assert.Equal(i + 1, lines.Length);
            Assert.Contains($"note {i}", lines[i - 1], StringComparison.Ordinal);
            Assert.Empty(lines[i]);
        }

        Assert.Equal(3, Check.Records);
        Assert.Empty(Check.Findings);
    }

    [Fact]
    public void Append_AfterATornTail_SetsItAsideAndSaysSo()
    {
        Append("whole");
        System.IO.File.AppendAllText(File, "{\"v\":1,\"n\":2,\"at\":\"20");
        Assert.Equal(JournalFindingKind.TornTail, Assert.Single(Check.Findings).Kind);
        Assert.True(Check.IsTrusted);
        Append("after");
        Assert.Empty(Check.Findings);
        Assert.Equal(3, Check.Records);
        Assert.Equal(21, Assert.Single(_root.Records(JournalKind.TailRecovered)).Data.GetProperty("bytes").GetInt32());
        var aside = Assert.Single(Directory.EnumerateFiles(_root[".rollback"], "journal.torn-*"));
        Assert.Equal("{\"v\":1,\"n\":2,\"at\":\"20", System.IO.File.ReadAllText(aside));
    }

    [Fact]
    public void Append_OnlyATornRecord_BeginsAnew()
    {
        Directory.CreateDirectory(_root[".rollback"]);
        System.IO.File.WriteAllText(File, "{\"v\":");
        Append("first");
        Assert.Empty(Check.Findings);
        Assert.Equal(2, Check.Records);
    }

    [Fact]
    public void Check_EditedRecord_IsReportedByItsNumberAndBlocksNothing()
    {
        Append("one");
        Append("two");
        System.IO.File.WriteAllText(File, System.IO.File.ReadAllText(File).Replace("note\":\"one", "note\":\"uno", StringComparison.Ordinal));
        var finding = Assert.Single(Check.Findings);
        Assert.Equal((JournalFindingKind.Edited, 1), (finding.Kind, finding.Number));
        Assert.False(Check.IsTrusted);
        Append("three");
        Assert.Equal(3, Check.Records);
    }

    [Fact]
    public void Check_LastRecordsGone_IsTruncated()
    {
        Append("one");
        Append("two");
        System.IO.File.WriteAllLines(File, System.IO.File.ReadAllLines(File)[..1]);
        Assert.Equal(JournalFindingKind.Truncated, Assert.Single(Check.Findings).Kind);
        Assert.False(Check.IsTrusted);
    }

    [Fact]
    public void Append_JournalOfANewerVersion_IsLeftAsItIs()
    {
        Append("one");
        var members = "{\"v\":2,\"n\":2,\"new\":true";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(members)));
        System.IO.File.AppendAllText(File, $"{members},\"hash\":\"{hash}\"}}\n");
        var before = System.IO.File.ReadAllBytes(File);
        Assert.Equal(ErrorId.JournalTooNew, Assert.Throws<RollbackOpsException>(() => Append("two")).Id);
        Assert.Equal(ErrorId.JournalTooNew, Assert.Throws<RollbackOpsException>(() => Check).Id);
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void Append_JournalIsAFolder_SaysSo()
    {
        Directory.CreateDirectory(File);
        var refused = Assert.Throws<RollbackOpsException>(() => Append("one"));
        Assert.Equal(ErrorId.JournalUnwritable, refused.Id);
        Assert.Contains(File, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Append_ManyThreadsOfManyHandles_KeepsOneChain()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), (i, _) =>
        {
            Append($"note {i}");
            return ValueTask.CompletedTask;
        });
        Assert.Equal(40, Check.Records);
        Assert.Empty(Check.Findings);
    }

    public void Dispose() => _root.Dispose();

    private void Append(string note) => _root.Context.Journal.Append(JournalKind.Interrupted, rollbackId: null,
        new NoteData { By = "tester", Note = note }, RollbackJson.Compact.NoteData);
}
