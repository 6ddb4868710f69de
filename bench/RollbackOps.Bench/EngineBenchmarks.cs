using System.Text;
using BenchmarkDotNet.Attributes;
using RollbackOps.Adapters;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Bench;

/// <summary>Planning on ten thousand releases.</summary>
public class PlanBenchmarks
{
    private SampleReleases? _releases;
    private RollbackContext? _context;

    [Params(10_000)]
    public int Releases { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _releases = new SampleReleases(Releases);
        _context = Contexts.Open(_releases);
    }

    [GlobalCleanup]
    public void CleanUp() => _releases?.Dispose();

    [Benchmark]
    public async Task<object> Plan() => await new RollbackPlanner(_context!, _ => { })
        .PlanAsync(new PlanRequest { Reason = "bench" }, CancellationToken.None);
}

/// <summary>What journal and lease add around one switch, against the same number of raw synced appends.</summary>
public class JournalBenchmarks
{
    private SampleReleases? _releases;
    private RollbackContext? _context;
    private string? _raw;

    [GlobalSetup]
    public void SetUp()
    {
        _releases = new SampleReleases(3);
        _context = Contexts.Open(_releases);
        _raw = Path.Combine(_releases.Root, "raw");
    }

    [GlobalCleanup]
    public void CleanUp() => _releases?.Dispose();

    [Benchmark(Baseline = true, Description = "four raw appends, each synced")]
    public void Raw()
    {
        for (var i = 0; i < 4; i++)
        {
            using var file = new FileStream(_raw!, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            file.Write(Encoding.UTF8.GetBytes(new string('x', 400) + "\n"));
            file.Flush(flushToDisk: true);
        }
    }

    [Benchmark(Description = "lease, four records, renewals, lease back")]
    public void JournalAndLease()
    {
        using var lease = _context!.Store.AcquireLease(new LeaseRequest(_context.LeaseKey, "bench", "bench", "start"));
        for (var i = 0; i < 4; i++)
        {
            lease.Renew("step", TimeSpan.FromSeconds(10));
            _context.Journal.Append(JournalKind.StepIntended, "bench",
                new StepData { Step = i, Kind = StepKind.Switch, ElapsedMilliseconds = i, Detail = new string('x', 200) },
                RollbackJson.Compact.StepData);
        }
    }
}

internal static class Contexts
{
    public static RollbackContext Open(SampleReleases releases) => RollbackContext.Create(
        new AdapterFactory(),
        RollbackConfiguration.Read(new ConfigurationRequest { StartFolder = releases.Root }).Settings,
        new NoSecrets(),
        TimeProvider.System,
        "bench");

    private sealed class NoSecrets : ISecretSource
    {
        public ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken) => new(reference);
    }
}
