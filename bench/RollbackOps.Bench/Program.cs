using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using RollbackOps.Bench;

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
    case ["processes"]:
        ProcessComparison.Run();
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
