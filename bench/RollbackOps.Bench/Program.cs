using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using RollbackOps.Bench;

switch (args)
{
    case ["import", var manifest]:
        ModuleProcess.Import(manifest);
        return 0;
    case ["first-call", var manifest, var configuration]:
        ModuleProcess.FirstCall(manifest, configuration);
        return 0;
    case ["stream", var folder]:
        await Streaming.MeasureAsync(folder);
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
        BenchmarkSwitcher.FromAssembly(typeof(ModuleProcess).Assembly).Run(args, benchmarks);
        return 0;
}
