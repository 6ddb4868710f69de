using System.Diagnostics;
using System.Globalization;
using RollbackOps.Adapters;
using RollbackOps.Configuration;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Bench;

/// <summary>What a large log costs that is saved as evidence and reported on: time, and the memory at its height.</summary>
internal static class EvidenceComparison
{
    /// <summary>Saves and reports on a tenth of the lines, then on all of them: memory is to stay the same.</summary>
    public static async Task RunAsync(int lines)
    {
        foreach (var count in new[] { lines / 10, lines })
        {
            using var releases = new SampleReleases(count: 3);
            var log = Path.Combine(releases.Root, "app.log");
            var begin = Write(log, count);
            var configuration = RollbackConfiguration.Read(
                new ConfigurationRequest { StartFolder = releases.Root, File = releases.Configuration });
            var adapters = new AdapterFactory();
            var context = RollbackContext.Create(adapters, configuration.Settings, new NoSecrets(), TimeProvider.System, "bench");
            new AttemptRecorder(context).Record(RollbackStatus.Refused, ErrorId.NoEligibleTarget, "None is eligible.", "bench", from: null, target: null);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} lines, {new FileInfo(log).Length / 1e6:N0} MB"));

            var store = adapters.CreateEvidenceStore(configuration.Settings, Path.Combine(releases.Root, "evidence"), new NoSecrets(), TimeProvider.System);
            var clock = Stopwatch.StartNew();
            var archive = await new EvidenceSaver(context, store, adapters.CreateLogReader(), _ => { }).SaveAsync(
                new EvidenceRequest { Logs = [log], Configuration = configuration.Effective }, CancellationToken.None);
            var saved = archive.Entries.Single(entry => entry.Lines == count);
            Say($"saved, {archive.Size / 1e6:N0} MB packed, {saved.MaskedLines:N0} lines masked", clock);

            clock.Restart();
            var measured = adapters.CreateLogReader().Measure(
                new LogQuery { Paths = [log], From = begin, To = begin.AddHours(3) }, CancellationToken.None);
            var report = new IncidentReporter(context).Make(new ReportInput { Measurements = [measured] });
            var files = new ReportFiles(context, adapters.CreateReportRenderer(), adapters.CreateMeetingCalendar())
                .Write(report, Path.Combine(releases.Root, "reports"), [], isRefresh: false).Files;
            Say($"measured and reported, {measured.Requests:N0} requests, {files.Sum(file => new FileInfo(file).Length) / 1e3:N0} kB", clock);
        }
    }

    private static void Say(string what, Stopwatch clock) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"  {what}: {clock.Elapsed.TotalSeconds:0.0} s; peak of the process until now {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB"));

    /// <summary>Requests of two hours, one line in a hundred with a token in its address.</summary>
    private static DateTimeOffset Write(string path, int count)
    {
        var begin = DateTimeOffset.UtcNow.AddHours(-2);
        using var file = new StreamWriter(path);
        for (var i = 0; i < count; i++)
        {
            var at = begin + (TimeSpan.FromHours(2) * ((double)i / count));
            file.Write(string.Create(CultureInfo.InvariantCulture,
                $$"""{"time":"{{at.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fff}}Z","status":{{(i % 50 == 0 ? 500 : 200)}},"path":"/api/orders/{{i % 40}}{{(i % 100 == 0 ? "?access_token=a1B2c3D4e5" : "")}}","duration":0.0{{i % 90}},"client":"10.0.{{i % 4}}.{{i % 250}}"}"""));
            file.Write('\n');
        }

        return begin;
    }

    /// <summary>A project without secrets.</summary>
    private sealed class NoSecrets : ISecretSource
    {
        public ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken) => new(reference);
    }
}
