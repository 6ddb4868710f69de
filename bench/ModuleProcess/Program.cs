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
    default:
        Console.Error.WriteLine("ModuleProcess: import, first-call or stream; RollbackOps.Bench starts it.");
        return 2;
}
