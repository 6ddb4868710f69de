using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RollbackOps.Rollbacks;

namespace RollbackOps.Bench;

/// <summary>How long it takes to check a journal of many records, and what that takes of memory.</summary>
internal static class JournalComparison
{
    /// <summary>Writes a journal, then checks it over and over.</summary>
    public static void Run(int records)
    {
        var path = Path.Combine(Path.GetTempPath(), $"journal-{Environment.ProcessId}.jsonl");
        try
        {
            var head = Write(path, records);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{records:N0} records, {new FileInfo(path).Length / 1e6:0} MB"));
            var times = new List<double>();
            for (var round = 0; round < 9; round++)
            {
                var begun = Stopwatch.GetTimestamp();
                using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
                var outcome = JournalVerifier.Verify(file, head);
                times.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
                if (outcome.Records != records || outcome.Findings.Count > 0)
                {
                    throw new InvalidOperationException($"{outcome.Records} records, {outcome.Findings.Count} findings");
                }
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"block by block: median {times.Order().ElementAt(times.Count / 2):0.00} s, least {times.Min():0.00}, most {times.Max():0.00}; peak {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB"));
            var all = Stopwatch.GetTimestamp();
            var reading = JournalCodec.Decode(File.ReadAllBytes(path), head);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"record by record, all kept: {Stopwatch.GetElapsedTime(all).TotalSeconds:0.00} s ({reading.Records.Count:N0}); peak {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static JournalHead Write(string path, int records)
    {
        using var data = JsonDocument.Parse(
            """{"step":4,"kind":"Switch","detail":"the link current leads to releases/20260102100000","elapsedMilliseconds":812.4,"durationMilliseconds":3.1,"key":"rb-20260103T101500Z-1f2e3d/4"}""");
        var head = new JournalHead(0, JournalCodec.Genesis);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        for (var i = 1; i <= records; i++)
        {
            var (line, hash) = JournalCodec.Encode(
                i, DateTimeOffset.UnixEpoch.AddSeconds(i), JournalKind.StepCompleted, "rb-20260103T101500Z-1f2e3d", data.RootElement, head.Hash);
            file.Write(line);
            head = new JournalHead(i, hash);
        }

        return head;
    }
}
