using RollbackOps.Adapters.Tests.Databases;
using RollbackOps.Configuration;
using RollbackOps.Databases;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>A project with a PostgreSQL database of its own, whose content has everything that a restore could lose.</summary>
internal sealed class PostgresWorld : IDatabaseWorld, IDisposable
{
    private const string Schema = """
        CREATE EXTENSION amcheck;
        CREATE SCHEMA "größen";
        CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL, tags text[] NOT NULL DEFAULT '{}', settings jsonb NOT NULL DEFAULT '{}');
        CREATE TABLE orders (
            id bigserial PRIMARY KEY, customer integer NOT NULL REFERENCES customers (id), amount integer NOT NULL, note text,
            picture bytea, doubled integer GENERATED ALWAYS AS (amount * 2) STORED);
        CREATE INDEX "orders by größe" ON orders (amount, note);
        CREATE TABLE "größen"."Maße" (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "Wert" numeric(20, 5));
        CREATE TABLE visits (at timestamptz NOT NULL, customer integer) PARTITION BY RANGE (at);
        CREATE TABLE visits_2025 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
        CREATE TABLE visits_2026 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        CREATE VIEW large AS SELECT * FROM orders WHERE amount > 900;
        CREATE TABLE "__EFMigrationsHistory" ("MigrationId" text PRIMARY KEY);
        INSERT INTO "__EFMigrationsHistory" VALUES ('20260101_Initial'), ('20260202_Orders');
        INSERT INTO customers SELECT i, 'Kündin ' || i, ARRAY['a', 'b' || i], jsonb_build_object('n', i) FROM generate_series(1, 10) i;
        INSERT INTO "größen"."Maße" ("Wert") SELECT i / 3.0 FROM generate_series(1, 50) i;
        INSERT INTO visits SELECT timestamptz '2025-12-01' + i * interval '1 day', 1 + i % 10 FROM generate_series(1, 60) i;
        SELECT lo_from_bytea(4711, 'a large object'::bytea);
        """;

    private static int s_number;

    private readonly PostgresCluster _cluster;
    private readonly TemporaryFolder _folder = new();
    private readonly string? _section;
    private readonly string _user;

    public PostgresWorld(PostgresCluster cluster, string? section = null, string? user = null, int orders = 500)
    {
        _cluster = cluster;
        Name = $"app{Interlocked.Increment(ref s_number)}";
        cluster.Run("postgres", $"CREATE DATABASE {Name}");
        cluster.Run(Name, Schema);
        Order(orders);
        Directory.CreateDirectory(_folder["releases"]);
        (_section, _user) = (section, user ?? PostgresCluster.Superuser);
        Configure();
    }

    public string Name { get; private set; }

    public string Root => _folder.Path;

    /// <summary>What each reference of the configuration stands for; null where there is none.</summary>
    public string? Secret { get; init; }

    public string UpFile => _folder[DatabaseRuns.UpFile];

    public List<RollbackProgress> Progress { get; } = [];

    /// <summary>Is called with each step's text right before the step acts.</summary>
    public Action<string>? BeforeStep { get; set; }

    /// <summary>Writes its configuration anew.</summary>
    /// <param name="more">More of the PostgreSQL section, beginning with a comma.</param>
    /// <param name="timeout">The setting <c>database.timeout</c>.</param>
    /// <param name="tools">The folder of the programs; null for the real ones.</param>
    public void Configure(string? more = null, string timeout = "10s", string? tools = null) => File.WriteAllText(_folder["rollback.json"], $$"""
        {
          "project": "shop",
          "database": {
            "timeout": "{{timeout}}",
            "postgres": { "host": "{{_cluster.Folder}}", "name": {{System.Text.Json.JsonSerializer.Serialize(Name)}}, "user": "{{_user}}", "tools": "{{tools ?? PostgresCluster.Programs}}"{{more}} }{{_section}}
          }
        }
        """);

    /// <summary>Goes by another name of its database from now on.</summary>
    public void Rename(string name)
    {
        Name = name;
        Configure();
    }

    /// <summary>Is called at each progress of a restore.</summary>
    public Action<RollbackProgress>? Told { get; set; }

    public DatabaseContext Open() => DatabaseRuns.Open(Root, Secret is null ? null : new OneSecret(Secret));

    public Task<DatabaseBackup> BackUpAsync(CancellationToken cancellationToken = default)
    {
        var context = Open();
        return new BackupTaker(context, context.OpenFolder(null), Tell).TakeAsync(keep: null, cancellationToken);
    }

    public Task<BackupTestResult> TestAsync(DatabaseBackup backup) =>
        new BackupTester(Open(), Tell).TestAsync(backup, CancellationToken.None);

    public async Task<DatabaseRestoreResult> RestoreAsync(
        DatabaseBackup backup, Func<RestoreRequest, RestoreRequest>? change = null, CancellationToken cancellationToken = default)
    {
        var context = Open();
        var request = new RestoreRequest { Reason = "corrupted" };
        var plan = await new RestorePlanner(context).PlanAsync(backup, change is null ? request : change(request), CancellationToken.None);
        return await new RestoreRunner(context, Tell).RunAsync(plan, cancellationToken);
    }

    public async Task<DatabaseRestoreResult> UndoAsync()
    {
        var context = Open();
        var plan = await new RestorePlanner(context).PlanUndoAsync(null, new RestoreRequest { Reason = "too old" }, CancellationToken.None);
        return await new RestoreRunner(context, Tell).RunAsync(plan, CancellationToken.None);
    }

    /// <summary>Puts a plain SQL dump among the backups, as another tool would.</summary>
    public DatabaseBackup Keep(string dump) => Keep(".sql", path => File.WriteAllText(path, dump));

    /// <summary>Puts a foreign backup among the backups.</summary>
    public DatabaseBackup Keep(string extension, Action<string> write)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, ".rollback", "backups")).FullName;
        var path = Path.Combine(folder, "db-snapshot-20260101T000000Z" + extension);
        write(path);
        return Backups().Single(backup => backup.Path == path);
    }

    /// <summary>The backups.</summary>
    public IReadOnlyList<DatabaseBackup> Backups()
    {
        var context = Open();
        return new BackupCatalogue(context, context.OpenFolder(null)).Read();
    }

    /// <summary>Adds orders.</summary>
    public void Order(int count) => Run(
        $"INSERT INTO orders (customer, amount, note, picture) SELECT 1 + i % 10, i % 1000, CASE WHEN i % 7 > 0 THEN 'it''s; ' || i || E'\n-- \\\\.' END, CASE WHEN i % 50 = 0 THEN decode(md5(i::text), 'hex') END FROM generate_series(1, {count}) i");

    public void Run(string statements) => _cluster.Run(Name, statements);

    public string Ask(string query) => _cluster.Ask(Name, query);

    private void Tell(RollbackProgress progress)
    {
        Progress.Add(progress);
        Told?.Invoke(progress);
        if (progress.Kind == ProgressKind.Step)
        {
            BeforeStep?.Invoke(progress.Text);
        }
    }

    /// <summary>Everything in a database, row by row.</summary>
    public string Content(string? database = null) => string.Join('\n', new[]
    {
        "SELECT * FROM customers ORDER BY id", "SELECT * FROM orders ORDER BY id", "SELECT * FROM \"größen\".\"Maße\" ORDER BY id",
        "SELECT * FROM visits ORDER BY at", "SELECT * FROM \"__EFMigrationsHistory\" ORDER BY 1",
        "SELECT loid, encode(data, 'hex') FROM pg_largeobject ORDER BY 1, pageno",
        "SELECT tableoid::regclass, count(*) FROM visits GROUP BY tableoid ORDER BY tableoid::regclass::text",
        "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0 AND connamespace::regnamespace::text NOT LIKE 'pg\\_%' ORDER BY conrelid::regclass::text, 2",
        "SELECT attrelid::regclass, attname, attgenerated, attidentity, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attnum > 0 AND attrelid IN ('orders'::regclass, 'customers'::regclass, '\"größen\".\"Maße\"'::regclass) ORDER BY attrelid::regclass::text, attnum",
        "SELECT schemaname, sequencename, data_type, increment_by, last_value IS NULL FROM pg_sequences ORDER BY 1, 2",
        "SELECT indexdef FROM pg_indexes WHERE schemaname NOT LIKE 'pg\\_%' ORDER BY 1",
    }.Select(query => _cluster.Ask(database ?? Name, query)));

    /// <summary>The names of this database and of those beside it.</summary>
    public IReadOnlyList<string> Databases() =>
        _cluster.Ask("postgres", $"SELECT datname FROM pg_database WHERE datname ~ '^{Name}(_|$)' ORDER BY datname").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Removes what restores kept.</summary>
    public void DropKept()
    {
        foreach (var database in Databases().Where(database => database != Name))
        {
            _cluster.Run("postgres", $"DROP DATABASE \"{database}\" WITH (FORCE)");
        }
    }

    /// <summary>Removes every database of it; roles that own one can be dropped after that.</summary>
    public void DropDatabases()
    {
        foreach (var database in Databases())
        {
            _cluster.Run("postgres", $"DROP DATABASE \"{database}\" WITH (FORCE)");
        }
    }

    public void Dispose()
    {
        DropDatabases();
        _folder.Dispose();
    }

    private sealed class OneSecret(string value) : ISecretSource
    {
        public ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken) =>
            ValueTask.FromResult(reference.StartsWith("env:", StringComparison.Ordinal) ? value : reference);
    }
}
