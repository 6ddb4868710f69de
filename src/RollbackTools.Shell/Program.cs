using RollbackTools.Shell.CommandLine;
using RollbackTools.Shell.Sessions;

try
{
    return ShellRun.Start(OptionParser.Parse(args));
}
catch (UsageException mistake)
{
    Console.Error.WriteLine($"rollback-shell: {mistake.Message}");
    Console.Error.WriteLine("'rollback-shell -Help' shows how it is used.");
    return ExitCode.Usage;
}
