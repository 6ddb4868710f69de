using System.Diagnostics;
using RollbackOps.Adapters;
using RollbackOps.Configuration;
using RollbackOps.Databases;

namespace RollbackOps.Bench.Databases;

/// <summary>A project whose database is backed up and restored as the cmdlets do it.</summary>
internal sealed class DatabaseProject : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("rollbackops-bench-").FullName;

    public DatabaseProject(Func<string, string> database)
    {
        Directory.CreateDirectory(this["releases"]);
        File.WriteAllText(this["rollback.json"], $$"""{ "project": "shop", "database": {{database(_root)}} }""");
    }

    public string this[string name] => Path.Combine(_root, name);

    public Task<DatabaseBackup> BackUpAsync()
    {
        var context = Open();
        return new BackupTaker(context, context.OpenFolder(null), _ => { }).TakeAsync(keep: null, CancellationToken.None);
    }

    /// <summary>Restores it, the services going on until the swap.</summary>
    public async Task<DatabaseRestoreResult> RestoreAsync(DatabaseBackup backup, bool inPlace = false, bool exports = false)
    {
        var context = Open();
        var request = new RestoreRequest
        {
            Reason = "bench",
            KeepServing = true,
            TerminateConnections = true,
            AllowUnseenConnections = true,
            SkipDatabaseCommands = true,
            InPlace = inPlace,
            ExportLostChanges = exports,
        };
        var plan = await new RestorePlanner(context).PlanAsync(backup, request, CancellationToken.None);
        var result = await new RestoreRunner(context, _ => { }).RunAsync(plan, CancellationToken.None);
        return result.Status == RestoreStatus.Succeeded ? result : throw new InvalidOperationException($"{result.Status}: {result.Message}");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>How long one step of a restore took.</summary>
    public static double Milliseconds(DatabaseRestoreResult result, RestoreStepKind kind) =>
        result.Steps.Where(step => step.Kind == kind).Sum(step => step.Duration?.TotalMilliseconds ?? 0);

    /// <summary>How long a program takes.</summary>
    public static double Time(params string[] command)
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? watch.Elapsed.TotalMilliseconds
            : throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}");
    }

    private DatabaseContext Open()
    {
        var configuration = RollbackConfiguration.Read(
            new ConfigurationRequest { StartFolder = _root, Overrides = new Dictionary<string, object?>() });
        return DatabaseContext.Create(new AdapterFactory(), configuration.Settings, new NoSecrets(), TimeProvider.System, "bench");
    }

    private sealed class NoSecrets : ISecretSource
    {
        public ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken) => new(reference);
    }
}
