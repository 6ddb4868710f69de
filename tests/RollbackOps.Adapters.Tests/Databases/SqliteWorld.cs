using Microsoft.Data.Sqlite;
using RollbackOps.Adapters.Sqlite;
using RollbackOps.Databases;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>A project with an SQLite database of its own: two accounts tables whose sums agree in every committed state.</summary>
internal sealed class SqliteWorld : IDatabaseWorld, IDisposable
{
    private const string Schema = """
        CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE orders (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            customer INTEGER NOT NULL REFERENCES customers (id),
            amount INTEGER NOT NULL, note TEXT, picture BLOB, doubled INTEGER GENERATED ALWAYS AS (amount * 2));
        CREATE TABLE totals (customer INTEGER PRIMARY KEY REFERENCES customers (id), amount INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX "orders by größe" ON orders (amount, note);
        CREATE VIEW large AS SELECT * FROM orders WHERE amount > 900;
        CREATE TRIGGER book AFTER INSERT ON orders BEGIN
            INSERT INTO totals VALUES (new.customer, new.amount)
                ON CONFLICT (customer) DO UPDATE SET amount = amount + excluded.amount;
            UPDATE customers SET name = name WHERE id = new.customer; -- 'ignored; quote
        END;
        CREATE TABLE "__EFMigrationsHistory" ("MigrationId" TEXT PRIMARY KEY);
        INSERT INTO "__EFMigrationsHistory" VALUES ('20260101_Initial'), ('20260202_Orders');
        """;

    private readonly TemporaryFolder _folder = new();

    public SqliteWorld(string journalMode = "wal", int orders = 2000, string? database = null, string timeout = "10s")
    {
        Path = _folder["app.db"];
        Directory.CreateDirectory(_folder["releases"]);
        Run($"PRAGMA journal_mode = {journalMode};" + Schema);
        Run("INSERT INTO customers WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i, 'Kündin ' || i FROM n");
        Order(orders);
        File.WriteAllText(_folder["rollback.json"], $$"""
            { "project": "shop", "database": { "path": "app.db", "timeout": "{{timeout}}"{{database}} } }
            """);
    }

    public string Root => _folder.Path;

    public string Path { get; }

    public string Backups => System.IO.Path.Combine(Root, ".rollback", "backups");

    public List<RollbackProgress> Progress { get; } = [];

    /// <summary>Is called at each progress of a restore.</summary>
    public Action<RollbackProgress>? Told { get; set; }

    public DatabaseContext Open() => DatabaseRuns.Open(Root);

    /// <summary>Plans and carries out.</summary>
    public async Task<DatabaseRestoreResult> RestoreAsync(
        DatabaseBackup backup, Func<RestoreRequest, RestoreRequest>? change = null, CancellationToken cancellationToken = default)
    {
        var context = Open();
        // In a sandbox not even root sees the first process's open files.
        var request = new RestoreRequest { Reason = "corrupted", AllowUnseenConnections = true };
        var plan = await new RestorePlanner(context).PlanAsync(backup, change is null ? request : change(request), CancellationToken.None);
        return await new RestoreRunner(context, Tell).RunAsync(plan, cancellationToken);
    }

    /// <summary>Swaps back what a restore kept.</summary>
    public async Task<DatabaseRestoreResult> UndoAsync(
        string? restoreId = null, bool inPlace = false, Func<RestoreRequest, RestoreRequest>? change = null)
    {
        var context = Open();
        var request = new RestoreRequest { Reason = "too old", AllowUnseenConnections = true, InPlace = inPlace };
        var plan = await new RestorePlanner(context).PlanUndoAsync(
            restoreId, change is null ? request : change(request), CancellationToken.None);
        return await new RestoreRunner(context, Progress.Add).RunAsync(plan, CancellationToken.None);
    }

    /// <summary>Everything in the root but the journal, the backups and what SQLite puts beside an open file.</summary>
    public IReadOnlyList<string> Files() =>
        [.. Directory.GetFiles(Root).Select(file => System.IO.Path.GetFileName(file)).Where(file => !Array.Exists(SqliteSide.Companions, companion => file.EndsWith(companion, StringComparison.Ordinal))).Order(StringComparer.Ordinal)];

    /// <summary>The live file's hash; what is in its write-ahead log is brought into it before.</summary>
    public string Hash()
    {
        Ask("PRAGMA wal_checkpoint(TRUNCATE)");
        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path)));
    }

    /// <summary>Commands that stop and start a service which is up while a file is there.</summary>
    public const string Hooks = """
        , "stop": { "command": ["rm", "up"] }, "start": { "command": ["touch", "up"] }
        """;

    public string UpFile => _folder[DatabaseRuns.UpFile];

    public Task<DatabaseBackup> BackUpAsync(int? keep = null, CancellationToken cancellationToken = default)
    {
        var context = Open();
        return new BackupTaker(context, context.OpenFolder(null), Progress.Add).TakeAsync(keep, cancellationToken);
    }

    public Task<BackupTestResult> TestAsync(DatabaseBackup backup) =>
        new BackupTester(Open(), Progress.Add).TestAsync(backup, CancellationToken.None);

    public IReadOnlyList<DatabaseBackup> List()
    {
        var context = Open();
        return new BackupCatalogue(context, context.OpenFolder(null)).Read();
    }

    /// <summary>Adds orders, in one transaction with what follows from them.</summary>
    public void Order(int count) => Run(
        $"INSERT INTO orders (customer, amount, note, picture) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
        + "SELECT 1 + i % 10, i % 1000, CASE WHEN i % 7 = 0 THEN NULL ELSE 'it''s; ' || i || char(10) || '-- ''no'' comment' END, "
        + "CASE WHEN i % 50 = 0 THEN randomblob(300) END FROM n");

    public void Run(string statements) => Run(Path, statements);

    public static void Run(string path, string statements)
    {
        using var connection = Connect(path);
        using var command = connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }

    public string Ask(string query) => Ask(Path, query);

    public static string Ask(string path, string query)
    {
        using var connection = Connect(path);
        return Ask(connection, query);
    }

    public static string Ask(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column =>
                reader.GetValue(column) is byte[] bytes ? Convert.ToHexString(bytes) : reader.GetValue(column).ToString())));
        }

        return string.Join('\n', rows);
    }

    /// <summary>Everything in a database, row by row; but the counters of ids, which go on beyond what was given.</summary>
    public static string Content(string path)
    {
        using var connection = Connect(path);
        return string.Join('\n', new[] { "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name" }
            .Concat(new[] { "customers", "orders", "totals", "__EFMigrationsHistory" }
                .Select(table => $"SELECT * FROM \"{table}\" ORDER BY 1"))
            .Select(query => Ask(connection, query)));
    }

    public static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    public void Dispose() => _folder.Dispose();

    private void Tell(RollbackProgress progress)
    {
        Progress.Add(progress);
        Told?.Invoke(progress);
    }
}
