using RollbackOps.Bench;

switch (args)
{
    case ["import", var manifest]:
        ModuleProcess.Import(manifest);
        return 0;
    case ["first-call", var manifest, var configuration]:
        ModuleProcess.FirstCall(manifest, configuration);
        return 0;
    case ["stream", var manifest, var configuration]:
        Streaming.Measure(manifest, configuration);
        return 0;
    case ["history", var manifest, var api, var project, var team, var configuration]:
        History.Measure(manifest, new Uri(api), project, team, configuration);
        return 0;
    default:
        Console.Error.WriteLine("ModuleProcess: import, first-call, stream or history; RollbackOps.Bench starts it.");
        return 2;
}
