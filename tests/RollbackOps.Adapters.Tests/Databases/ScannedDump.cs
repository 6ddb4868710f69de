using System.Text;
using RollbackOps.Adapters.Postgres;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>What the scanner makes of a dump.</summary>
/// <param name="Content">What it found; null where it refused.</param>
/// <param name="Passed">What it let through.</param>
/// <param name="Failure">Its refusal, or null.</param>
internal sealed record ScannedDump(PlainSqlContent? Content, string Passed, RollbackOpsException? Failure)
{
    public static Task<ScannedDump> ScanAsync(string dump, bool skips = false) => ScanAsync(Encoding.UTF8.GetBytes(dump), skips);

    /// <summary>Scans it, given in pieces of some length.</summary>
    public static async Task<ScannedDump> ScanAsync(byte[] dump, bool skips = false, int pieces = int.MaxValue)
    {
        using var passed = new MemoryStream();
        using var from = new ShortReads(dump, pieces);
        try
        {
            var content = await new PlainSqlScanner(new BackupSource("d", "/d.sql", BackupFormat.PlainSql, Sha256: null), skips)
                .CopyAsync(from, passed, CancellationToken.None);
            return new ScannedDump(content, Encoding.UTF8.GetString(passed.ToArray()), Failure: null);
        }
        catch (RollbackOpsException failure)
        {
            return new ScannedDump(Content: null, Encoding.UTF8.GetString(passed.ToArray()), failure);
        }
    }

    /// <summary>A file that is read in short pieces, as from a pipe.</summary>
    private sealed class ShortReads(byte[] content, int most) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);
    }
}
