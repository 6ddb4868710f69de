using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using RollbackOps.Bench;
using RollbackOps.Bench.Databases;
using RollbackOps.Bench.Simulation;
using RollbackOps.Bench.Watching;

switch (args)
{
    case ["stream", var count]:
        ProcessComparison.Stream(int.Parse(count, CultureInfo.InvariantCulture));
        return 0;
    case ["generate-log", var path, var gigabytes]:
        LogComparison.Generate(path, double.Parse(gigabytes, CultureInfo.InvariantCulture));
        return 0;
    case ["logs", var path]:
        LogComparison.Run(path);
        return 0;
    case ["last", var path]:
        LogComparison.Last(path);
        return 0;
    case ["simulate", "healthy", var hours]:
        Acceptance.Healthy(int.Parse(hours, CultureInfo.InvariantCulture));
        return 0;
    case ["simulate", "transients", var hours]:
        Acceptance.Transients(int.Parse(hours, CultureInfo.InvariantCulture));
        return 0;
    case ["simulate", "onset", var after, var trials]:
        Acceptance.Detection(int.Parse(after, CultureInfo.InvariantCulture), int.Parse(trials, CultureInfo.InvariantCulture));
        return 0;
    case ["simulate", "baseline", var hours]:
        Extras.Baseline(int.Parse(hours, CultureInfo.InvariantCulture));
        return 0;
    case ["simulate", "change", var trials]:
        Extras.ChangePoints(int.Parse(trials, CultureInfo.InvariantCulture));
        return 0;
    case ["simulate", "gateway", var hours]:
        Extras.Gateway(int.Parse(hours, CultureInfo.InvariantCulture));
        return 0;
    case ["postgres", var rounds]:
        await PostgresComparison.RunAsync(int.Parse(rounds, CultureInfo.InvariantCulture));
        return 0;
    case ["postgres-clients", var host, var database, var count]:
        await ClientProcess.ServeAsync(host, database, int.Parse(count, CultureInfo.InvariantCulture));
        return 0;
    case ["sqlite", var rounds]:
        await SqliteComparison.RunAsync(int.Parse(rounds, CultureInfo.InvariantCulture));
        return 0;
    case ["export", "postgres", var megabytes]:
        await ExportMemory.PostgresAsync(int.Parse(megabytes, CultureInfo.InvariantCulture));
        return 0;
    case ["export", "sqlite", var megabytes]:
        await ExportMemory.SqliteAsync(int.Parse(megabytes, CultureInfo.InvariantCulture));
        return 0;
    case ["plan", var database, var rounds]:
        await PlanComparison.RunAsync(database, int.Parse(rounds, CultureInfo.InvariantCulture));
        return 0;
    case ["journal", var records]:
        JournalComparison.Run(int.Parse(records, CultureInfo.InvariantCulture));
        return 0;
    case ["evidence", var lines]:
        await EvidenceComparison.RunAsync(int.Parse(lines, CultureInfo.InvariantCulture));
        return 0;
    case ["redaction", var lines]:
        RedactionComparison.Run(int.Parse(lines, CultureInfo.InvariantCulture));
        return 0;
    case ["watch-hours"]:
        await WatchRuns.HoursAsync();
        return 0;
    case ["watch-memory", var hours]:
        await WatchRuns.MemoryAsync(int.Parse(hours, CultureInfo.InvariantCulture));
        return 0;
    case ["watch-outage", var rounds]:
        await OutageRun.RunAsync(int.Parse(rounds, CultureInfo.InvariantCulture));
        return 0;
    case ["processes"]:
        ProcessComparison.Run();
        return 0;
    case ["vercel", var runs]:
        VercelComparison.Run(int.Parse(runs, CultureInfo.InvariantCulture));
        return 0;
    case ["running", var runs]:
        VercelComparison.RunInOnePowerShell(int.Parse(runs, CultureInfo.InvariantCulture));
        return 0;
    case ["vercel-history", var count]:
        VercelComparison.History(int.Parse(count, CultureInfo.InvariantCulture));
        return 0;
    case ["round-trips"]:
        VercelComparison.CountRoundTrips();
        return 0;
    default:
        var benchmarks = ManualConfig.CreateEmpty()
            .AddJob(Job.InProcess.WithIterationCount(15).WithWarmupCount(3))
            .AddLogger(ConsoleLogger.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddColumn(StatisticColumn.Median, StatisticColumn.P95);
        BenchmarkSwitcher.FromAssembly(typeof(PlanBenchmarks).Assembly).Run(args, benchmarks);
        return 0;
}
