using System.Globalization;
using System.Text.Json;
using Npgsql;
using RollbackOps.Adapters.Tests.Databases;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>The export of what a swap left behind: applied to a restore of the backup, it gives the kept database (S30).</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresLostChangesTests(PostgresCluster cluster)
{
    private const string Schema = """
        CREATE TYPE mood AS ENUM ('so so', 'it''s \ ok');
        CREATE TYPE pair AS (a int, "B c" text);
        CREATE DOMAIN positive AS int CHECK (VALUE > 0);
        CREATE TABLE "größen"."Tab""elle; --" ("Schlüssel" text, "nr." uuid, fixed char(6), "select" json, PRIMARY KEY ("Schlüssel", "nr."));
        CREATE TABLE typed (
            id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b bool, r real, d double precision, n numeric, m money, t timestamptz, i interval, bits bit varying,
            ip inet, data bytea, doc xml, js jsonb, list text[], grid int[], mood mood, p pair, pos positive, span int4range, c "char", name name, k regclass, u int UNIQUE DEFERRABLE,
            up text GENERATED ALWAYS AS (upper(c::text)) STORED);
        CREATE TABLE heap (a json, b point, c text);
        CREATE TABLE tree (id int PRIMARY KEY, parent int REFERENCES tree ON DELETE CASCADE, rank int UNIQUE);
        CREATE TABLE leaves (id bigserial PRIMARY KEY, tree int NOT NULL REFERENCES tree ON DELETE CASCADE, label text) ;
        CREATE TABLE logged (id int PRIMARY KEY, at date) PARTITION BY HASH (id);
        CREATE TABLE logged_0 PARTITION OF logged FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE logged_1 PARTITION OF logged FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        CREATE TABLE refers (logged int REFERENCES logged ON DELETE CASCADE);
        CREATE TABLE shape (kind text); CREATE TABLE round (radius numeric) INHERITS (shape);
        CREATE TABLE dropped (id serial PRIMARY KEY, x text);
        CREATE TABLE grown (id int PRIMARY KEY, x text NOT NULL, gone int);
        CREATE FUNCTION noise() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.heap (c) VALUES (random()::text); RETURN NULL; END $$;
        CREATE TRIGGER loud AFTER INSERT OR DELETE ON typed FOR EACH ROW EXECUTE FUNCTION noise();
        CREATE TRIGGER always AFTER INSERT ON logged FOR EACH ROW EXECUTE FUNCTION noise();
        ALTER TABLE typed ENABLE ALWAYS TRIGGER loud;
        CREATE RULE quiet AS ON DELETE TO grown DO INSTEAD NOTHING;
        CREATE SEQUENCE apart INCREMENT -3 MAXVALUE 100 START 50;
        """;

    // What a text may hold, and what a reader of scripts could take for a command.
    private static readonly string[] s_texts =
    [
        "''", "'a'", "'A'", "'ä'", "'it''s'", "E'a\\\\b'", "E'\\\\! id\\n\\\\connect other\\n\\\\.'", "E'line\\r\\nline\\ttab\\x1b[0m\\x7f'", "'😀'", "U&'\\FFFF'", "':name $1 $$ --'", "'NULL'", "'  '", "NULL",
    ];

    private static readonly string[] s_statements =
    [
        "INSERT INTO \"größen\".\"Tab\"\"elle; --\" SELECT COALESCE(v, '-'), md5(random()::text)::uuid, left(v, 6), to_json(v) FROM (SELECT {text} AS v) s",
        "UPDATE \"größen\".\"Tab\"\"elle; --\" SET fixed = left({text}, 6), \"select\" = to_json({text}::text) WHERE random() < 0.3",
        "DELETE FROM \"größen\".\"Tab\"\"elle; --\" WHERE random() < 0.1",
        """
        INSERT INTO typed (b, r, d, n, m, t, i, bits, ip, data, doc, js, list, grid, mood, p, pos, span, c, name, k, u) SELECT random() < 0.5, random() * 1e-30, random() * 1e300, (random() * 1e12)::numeric / 7, (random() * 100)::numeric::money,
          now() + random() * interval '1000 days', random() * interval '1000 days' - interval '1 year', B'1010', '10.1.2.3'::inet, decode(md5(random()::text), 'hex'), '<a b="1">x</a>', jsonb_build_object('v', {text}::text),
          ARRAY[{text}, 'x,"y', NULL]::text[], '{{1,2},{3,NULL}}', (ARRAY['so so', 'it''s \ ok']::mood[])[1 + (random())::int], ROW(1, {text})::pair, 1 + (random() * 9)::int, '[1,5)', 'x', {text}, 'typed', NULL FROM generate_series(1, 3)
        """,
        "INSERT INTO typed (d, r, n, t) VALUES ('NaN', '-Infinity', 'NaN', 'infinity'), ('-0', '1e-45', '1.000', '-infinity'), (0.1, 16777217, 1e-20, '0044-03-15 BC')",
        "UPDATE typed SET r = r * 3, list = list || {text}::text, data = data || '\\x00' WHERE random() < 0.2",
        "DELETE FROM typed WHERE random() < 0.1",
        "INSERT INTO heap SELECT to_json({text}::text), point(1, random()), {text} FROM generate_series(1, 2); INSERT INTO heap SELECT a, b, c FROM heap LIMIT 2",
        "DELETE FROM heap WHERE ctid IN (SELECT ctid FROM heap ORDER BY random() LIMIT 2)",
        "INSERT INTO tree SELECT i, NULLIF(i / 2, 0), (SELECT COALESCE(max(rank), 0) FROM tree) + i FROM generate_series((SELECT COALESCE(max(id), 0) + 1 FROM tree), (SELECT COALESCE(max(id), 0) + 5 FROM tree)) i",
        "UPDATE tree SET rank = -1 - rank; UPDATE tree SET rank = (SELECT -1 - max(rank) - min(rank) FROM tree) + rank",
        "INSERT INTO leaves (tree, label) SELECT id, {text} FROM tree LIMIT 5",
        "DELETE FROM tree WHERE id = (SELECT max(id) FROM tree)",
        "INSERT INTO logged SELECT COALESCE((SELECT max(id) FROM logged), 0) + i, current_date + i FROM generate_series(1, 4) i; INSERT INTO refers SELECT id FROM logged WHERE random() < 0.3",
        "DELETE FROM logged WHERE random() < 0.1; UPDATE logged SET at = at + 1 WHERE random() < 0.2",
        "INSERT INTO round VALUES ({text}, random()::numeric); INSERT INTO shape VALUES ('plain'); DELETE FROM shape WHERE random() < 0.2",
        "INSERT INTO dropped (x) VALUES ({text}); INSERT INTO grown SELECT COALESCE(max(id), 0) + 1, 'x', 5 FROM grown",
        "INSERT INTO orders (customer, amount, note, picture) SELECT 1 + i, i, {text}, '\\x00ff' FROM generate_series(1, 3) i; DELETE FROM orders WHERE random() < 0.02; UPDATE orders SET amount = -amount WHERE random() < 0.02",
        "INSERT INTO visits VALUES ('2026-06-01', 3), ('2026-06-01', 3), (timestamptz '2025-06-01' + random() * interval '300 days', NULL); DELETE FROM visits WHERE random() < 0.1",
        "SELECT lo_from_bytea(0, convert_to({text}::text, 'UTF8')) WHERE {text}::text IS NOT NULL; SELECT lo_put(oid, 70000, 'far') FROM pg_largeobject_metadata WHERE random() < 0.3",
        "SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE random() < 0.1; SELECT nextval('apart')",
        "INSERT INTO \"größen\".\"Maße\" (\"Wert\") VALUES (1.10), (NULL); DELETE FROM \"größen\".\"Maße\" WHERE random() < 0.1",
    ];

    private const string Migration = """
        ALTER TABLE dropped RENAME TO renamed;
        CREATE TYPE brand AS ENUM ('new');
        CREATE SCHEMA "später";
        CREATE TABLE "später"."Neue" (id serial PRIMARY KEY, brand brand DEFAULT 'new', doubled int GENERATED ALWAYS AS (id * 2) STORED, tree int REFERENCES tree, ident int GENERATED ALWAYS AS IDENTITY);
        INSERT INTO "später"."Neue" (tree) SELECT id FROM tree LIMIT 4;
        CREATE TABLE visits_2027 PARTITION OF visits FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
        INSERT INTO visits VALUES ('2027-06-01', 4);
        CREATE TABLE keyless AS SELECT i % 3 AS a, 'x' AS b FROM generate_series(1, 9) i;
        ALTER TABLE grown ADD COLUMN added text NOT NULL DEFAULT 'it''s', ADD COLUMN counted bigserial, ADD COLUMN required int;
        UPDATE grown SET required = id; ALTER TABLE grown ALTER COLUMN required SET NOT NULL; ALTER TABLE grown ALTER COLUMN x DROP NOT NULL, DROP COLUMN gone;
        INSERT INTO grown (id, x, required) VALUES (-1, NULL, 3);
        UPDATE grown SET added = 'other' WHERE id % 2 = 0;
        ALTER TABLE orders ALTER COLUMN amount TYPE text; INSERT INTO orders (customer, amount) VALUES (1, 'many');
        ALTER TABLE visits ADD COLUMN how text; UPDATE visits SET how = 'on foot' WHERE random() < 0.5;
        """;

    [PostgresFact]
    public async Task Export_AnyChanges_MakeARestoreOfTheBackupTheKeptDatabase()
    {
        for (var seed = 0; seed < 2; seed++)
        {
            var random = new Random(seed);
            using var world = new PostgresWorld(cluster, orders: 60);
            world.Run(Schema);
            Change(world, random, count: 40);
            var backup = await world.BackUpAsync();
            Change(world, random, count: 40);
            if (seed % 2 == 1)
            {
                world.Run("ALTER TABLE orders DROP COLUMN doubled CASCADE");
                world.Run(Migration);
                world.Run("ALTER TYPE mood ADD VALUE 'between' BEFORE 'it''s \\ ok'");
                world.Run("INSERT INTO typed (mood) VALUES ('between')");
            }

            var kept = Content(world.Name);

            var result = await world.RestoreAsync(backup, request => request with { ExportLostChanges = true });

            Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
            var changes = result.LostChanges!;
            Assert.True(changes.Error is null, $"seed {seed}: {changes.Error}");
            Assert.True(changes.Notes.Count == 0, $"seed {seed}: {string.Join("; ", changes.Notes)}");
            var again = world.Name + "_again";
            cluster.Run("postgres", $"CREATE DATABASE {again}");
            PostgresCluster.Run(Path.Combine(PostgresCluster.Programs, "pg_restore"), "-h", cluster.Folder, "-U", PostgresCluster.Superuser, "-d", again, backup.Path);
            cluster.RunScript(again, Path.Combine(changes.Folder!, "apply.sql"));
            AssertSame(kept, Content(again), seed);
            // What is kept was only read, and the restore made for it is gone.
            AssertSame(kept, Content(result.Kept!.Split('/')[^1]), seed);
            Assert.Equal([world.Name, again, result.Kept!.Split('/')[^1]], world.Databases());
        }
    }

    [PostgresFact]
    public async Task Export_Made_SaysWhereItIsAndWhatItHolds()
    {
        using var world = new PostgresWorld(cluster, orders: 20);
        var backup = await world.BackUpAsync();
        world.Run("INSERT INTO customers VALUES (77, 'Zoë', '{a,\"b c\"}'); UPDATE customers SET name = E'two\\nlines' WHERE id = 3; DELETE FROM orders WHERE id = 5; SELECT lo_put(4711, 0, 'A')");

        var result = await world.RestoreAsync(backup, request => request with { ExportLostChanges = true });

        var changes = result.LostChanges!;
        Assert.Equal((null, 1, 2, 1), (changes.Error, changes.Inserted, changes.Changed, changes.Deleted));
        Assert.Equal(["customers: 1 inserted, 1 changed, 0 deleted", "orders: 0 inserted, 0 changed, 1 deleted"], changes.Tables.Select(table => table.ToString()));
        Assert.Equal(
            """
            {"change":"changed","before":{"id":"3","name":"Kündin 3","tags":"{a,b3}","settings":"{\"n\": 3}"},"after":{"id":"3","name":"two\nlines","tags":"{a,b3}","settings":"{\"n\": 3}"}}
            {"change":"inserted","after":{"id":"77","name":"Zoë","tags":"{a,\"b c\"}","settings":"{}"}}

            """,
            await File.ReadAllTextAsync(Path.Combine(changes.Folder!, changes.Tables[0].File!)));
        using var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(changes.Folder!, "manifest.json")));
        Assert.Equal("4711", JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(changes.Folder!, manifest.RootElement.GetProperty("largeObjects").GetProperty("file").GetString()!)))
            .RootElement.GetProperty("after").GetProperty("oid").GetString());
        Assert.DoesNotContain(await File.ReadAllLinesAsync(Path.Combine(changes.Folder!, "apply.sql")), line => line.StartsWith('\\'));
        Assert.Equal(changes.ToString(), RestoreLedger.From(world.Open().Journal.Read()).Attempts[^1].ToResult().LostChanges!.ToString());
    }

    [PostgresTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Export_StoppedOrImpossible_FailsNothingAndLeavesNothing(bool isStopped)
    {
        using var world = new PostgresWorld(cluster, orders: 20);
        var backup = await world.BackUpAsync();
        world.Order(10);

        var result = await UnmadeExport.RestoreAsync(world, backup, isStopped);

        Assert.Equal("20", world.Ask("SELECT count(*) FROM orders"));
        Assert.Equal([world.Name, result.Kept!.Split('/')[^1]], world.Databases());
    }

    private static void Change(PostgresWorld world, Random random, int count)
    {
        for (var number = 0; number < count; number++)
        {
            var statement = s_statements[random.Next(s_statements.Length)];
            while (statement.IndexOf("{text}", StringComparison.Ordinal) is >= 0 and var place)
            {
                statement = statement[..place] + s_texts[random.Next(s_texts.Length)] + statement[(place + "{text}".Length)..];
            }

            try
            {
                world.Run(statement);
            }
            catch (PostgresException refused)
            {
                throw new InvalidOperationException($"{statement}: {refused.MessageText}", refused);
            }
        }
    }

    /// <summary>Every row of every table, each large object and each sequence, as PostgreSQL writes them.</summary>
    private List<string> Content(string database)
    {
        using var connection = cluster.Connect(database);
        // As it is read: a hole that was never written to, and zeros, are one.
        var lines = Ask("SELECT format('large object %s %s', oid, md5(lo_get(oid))) FROM pg_largeobject_metadata");
        foreach (var sequence in Ask("SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences"))
        {
            lines.AddRange(Ask($"SELECT format('%s %s %s', {Literal(sequence)}, last_value, is_called) FROM {sequence}"));
        }

        foreach (var table in Ask("SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')"))
        {
            var columns = Ask($"SELECT format('%I', attname) FROM pg_attribute WHERE attrelid = {Literal(table)}::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname");
            lines.AddRange(Ask($"SELECT {Literal(table)} || ': ' || ROW({string.Join(", ", columns)})::text FROM ONLY {table}"));
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;

        List<string> Ask(string query)
        {
            using var command = new NpgsqlCommand(query, connection);
            using var reader = command.ExecuteReader();
            var rows = new List<string>();
            while (reader.Read())
            {
                rows.Add(reader.GetString(0));
            }

            return rows;
        }

        static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    private static void AssertSame(List<string> expected, List<string> actual, int seed) => Assert.True(
        expected.SequenceEqual(actual),
        string.Create(CultureInfo.InvariantCulture,
            $"seed {seed}: lacks {string.Join("; ", expected.Except(actual).Take(5))}, has {string.Join("; ", actual.Except(expected).Take(5))}"));
}
