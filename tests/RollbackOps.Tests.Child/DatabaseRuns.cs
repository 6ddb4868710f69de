using System.Globalization;
using Microsoft.Data.Sqlite;
using RollbackOps.Adapters;
using RollbackOps.Configuration;
using RollbackOps.Databases;

namespace RollbackOps.Tests.Child;

/// <summary>A service that writes to its database, and a restore of that database, each in a process of its own.</summary>
public static class DatabaseRuns
{
    /// <summary>The service runs while this file is there.</summary>
    public const string UpFile = "up";

    /// <summary>Is there as long as the service has the database open.</summary>
    public const string OpenFile = "open";

    /// <summary>What the database has acknowledged, a line each.</summary>
    public const string AcknowledgedFile = "acknowledged";

    /// <summary>Opens the database of a folder's configuration.</summary>
    public static DatabaseContext Open(string root, ISecretSource? secrets = null)
    {
        var configuration = RollbackConfiguration.Read(
            new ConfigurationRequest { StartFolder = root, Overrides = new Dictionary<string, object?>() });
        return DatabaseContext.Create(
            new AdapterFactory(), configuration.Settings, secrets ?? new NoSecrets(), TimeProvider.System, "Ann");
    }

    /// <summary>The verb of a backup.</summary>
    public const string Backup = "back-up";

    /// <summary>The verb of a restore whose services go on until the swap.</summary>
    public const string SwapOnly = "restore";

    /// <summary>The verb of a restore that stops the services first.</summary>
    public const string StopFirst = "restore-stop-first";

    /// <summary>The verb of a restore that writes into the live file.</summary>
    public const string InPlace = "restore-in-place";

    /// <summary>The verb of a restore that exports the lost writes, too.</summary>
    public const string Exporting = "restore-export";

    /// <summary>The verb of swapping back what a restore kept.</summary>
    public const string Undo = "undo-restore";

    /// <summary>The same, writing into the live file.</summary>
    public const string UndoInPlace = "undo-restore-in-place";

    /// <summary>The verb of taking up what was cut off.</summary>
    public const string TakeUp = "take-up";

    /// <summary>Whether a verb is one of these.</summary>
    public static bool IsVerb(string verb) => verb is Backup or SwapOnly or StopFirst or InPlace or Exporting or Undo or UndoInPlace or TakeUp;

    /// <summary>Does what a verb says with the newest backup, or with the restore that there was.</summary>
    public static async Task<int> RunAsync(string verb, string root)
    {
        try
        {
            Console.Out.WriteLine($"result {await DoAsync(verb, Open(root))}".TrimEnd());
        }
        catch (RollbackOpsException refusal)
        {
            Console.Out.WriteLine($"result Refused {refusal.Id} {refusal.Message}");
        }

        return 0;
    }

    /// <summary>The same, and gives what came of it.</summary>
    public static async Task<string> DoAsync(string verb, DatabaseContext context, CancellationToken cancellationToken = default)
    {
        if (verb == Backup)
        {
            return (await new BackupTaker(context, context.OpenFolder(null), _ => { }).TakeAsync(keep: null, CancellationToken.None)).Name;
        }

        var runner = new RestoreRunner(context, _ => { });
        if (verb == TakeUp)
        {
            return Tell(await runner.TakeUpAsync(runner.Unfinished!));
        }

        var request = new RestoreRequest
        {
            Reason = "killed",
            KeepServing = verb != StopFirst,
            InPlace = verb is InPlace or UndoInPlace,
            ExportLostChanges = verb == Exporting,
            AllowUnseenConnections = verb != SwapOnly,
        };
        var planner = new RestorePlanner(context);
        var plan = verb is Undo or UndoInPlace
            ? await planner.PlanUndoAsync(restoreId: null, request, CancellationToken.None)
            : await planner.PlanAsync(new BackupCatalogue(context, context.OpenFolder(null)).Read()[0], request, CancellationToken.None);
        return Tell(await runner.RunAsync(plan, cancellationToken));
    }

    private static string Tell(DatabaseRestoreResult result) => $"{result.Status} {result.Error} {result.Message}";

    /// <summary>Writes one order after the other, and notes each only once it is committed.</summary>
    public static async Task<int> WriteAsync(string root)
    {
        await File.WriteAllTextAsync(Path.Combine(root, OpenFile), string.Empty);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(root, "app.db")};Pooling=False"))
        {
            connection.Open();
            await using var acknowledged = new StreamWriter(Path.Combine(root, AcknowledgedFile), append: true) { AutoFlush = true };
            for (var number = 0; File.Exists(Path.Combine(root, UpFile)); number++)
            {
                var note = string.Create(CultureInfo.InvariantCulture, $"live {Environment.ProcessId} {number}");
                await using var command = connection.CreateCommand();
                command.CommandText = "INSERT INTO orders (customer, amount, note) VALUES (1, 1, $note)";
                command.Parameters.AddWithValue("$note", note);
                await command.ExecuteNonQueryAsync();
                await acknowledged.WriteLineAsync(note);
            }
        }

        File.Delete(Path.Combine(root, OpenFile));
        return 0;
    }
}
