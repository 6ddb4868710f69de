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
    public static DatabaseContext Open(string root)
    {
        var configuration = RollbackConfiguration.Read(
            new ConfigurationRequest { StartFolder = root, Overrides = new Dictionary<string, object?>() });
        return DatabaseContext.Create(
            new AdapterFactory(), configuration.Settings, new NoSecrets(), TimeProvider.System, "Ann");
    }

    /// <summary>The verb of a restore that writes into the live file.</summary>
    public const string InPlace = "restore-in-place";

    /// <summary>Restores from the newest backup, the services going on until the swap.</summary>
    public static async Task<int> RestoreAsync(string root, bool inPlace)
    {
        var context = Open(root);
        var backup = new BackupCatalogue(context, context.OpenFolder(null)).Read()[0];
        var plan = await new RestorePlanner(context).PlanAsync(
            backup, new RestoreRequest { Reason = "killed", KeepServing = true, InPlace = inPlace }, CancellationToken.None);
        var result = await new RestoreRunner(context, _ => { }).RunAsync(plan, CancellationToken.None);
        Console.Out.WriteLine($"result {result.Status} {result.Message}".TrimEnd());
        return 0;
    }

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
