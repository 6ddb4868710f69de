using Npgsql;

namespace RollbackOps.Adapters.Postgres;

/// <summary>
/// Gives a restore of the backup the tables and columns that the other database has, by statements that go into the script:
/// each is tried here before, and what cannot be done is said and left out.
/// </summary>
/// <remarks>
/// Rows are what it is for: indexes, views, functions and rights that came after the backup are not among it. What the
/// backup demands of rows and the other database does not (a constraint, a unique index) goes.
/// </remarks>
internal sealed class PostgresSchemaChange
{
    private readonly PostgresTools _tools;
    private readonly string _keptName;
    private readonly NpgsqlConnection _kept;
    private readonly NpgsqlConnection _backup;
    private readonly List<string> _statements = [];
    private readonly List<string> _notes;
    private readonly List<string> _last = [];

    public PostgresSchemaChange(
        PostgresTools tools, string keptName, NpgsqlConnection kept, NpgsqlConnection backup, List<string> notes)
    {
        _tools = tools;
        _keptName = keptName;
        _kept = kept;
        _backup = backup;
        _notes = notes;
    }

    /// <summary>The statements that stand before the transaction: a value of an enumeration can be used only after it.</summary>
    public List<string> First { get; } = [];

    /// <summary>The statements of the schema.</summary>
    public IReadOnlyList<string> Statements => _statements;

    /// <summary>Those that follow the rows.</summary>
    public IReadOnlyList<string> Last => _last;

    /// <summary>Makes the changes.</summary>
    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        await AddTypesAsync(cancellationToken);
        await DropAsync(cancellationToken);
        await AddSequencesAsync(cancellationToken);
        await ChangeColumnsAsync(cancellationToken);
        await AddTablesAsync(cancellationToken);
        await AddKeysAsync(cancellationToken);
    }

    private async Task AddTypesAsync(CancellationToken cancellationToken)
    {
        const string schemas = "SELECT format('CREATE SCHEMA %I', nspname) FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' ORDER BY 1";
        const string types =
            """
            SELECT format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname, string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)), format('%I.%I', n.nspname, t.typname)
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY n.nspname, t.typname ORDER BY 1
            """;
        const string values =
            """
            SELECT format('ALTER TYPE %I.%I ADD VALUE %L', n.nspname, t.typname, e.enumlabel)
              || COALESCE(' BEFORE ' || quote_literal((SELECT f.enumlabel FROM pg_enum f WHERE f.enumtypid = t.oid AND f.enumsortorder > e.enumsortorder ORDER BY f.enumsortorder LIMIT 1)), ''),
              format('%I.%I', n.nspname, t.typname), e.enumlabel
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_enum e ON e.enumtypid = t.oid ORDER BY n.nspname, t.typname, e.enumsortorder DESC
            """;
        foreach (var missing in (await LinesAsync(_kept, schemas, cancellationToken)).Except(await LinesAsync(_backup, schemas, cancellationToken)))
        {
            await TryAsync(missing, cancellationToken);
        }

        var known = (await PairsAsync(_backup, types, cancellationToken)).ToDictionary(type => type.Second, type => type.First, StringComparer.Ordinal);
        foreach (var (create, name) in await PairsAsync(_kept, types, cancellationToken))
        {
            if (!known.ContainsKey(name))
            {
                await TryAsync(create, cancellationToken);
            }
        }

        var labels = (await _backup.RowsAsync(values, reader => (reader.GetString(1), reader.GetString(2)), cancellationToken)).ToHashSet();
        foreach (var (add, name, label) in await _kept.RowsAsync(values, reader => (reader.GetString(0), reader.GetString(1), reader.GetString(2)), cancellationToken))
        {
            if (known.ContainsKey(name) && !labels.Contains((name, label)))
            {
                await TryAsync(add, cancellationToken, First);
            }
        }
    }

    /// <summary>What the other database has no more: nothing there can depend on it.</summary>
    private async Task DropAsync(CancellationToken cancellationToken)
    {
        const string tables = "SELECT format('DROP TABLE IF EXISTS %I.%I CASCADE', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND " + PostgresTable.Own;
        const string constraints =
            """
            SELECT format('ALTER TABLE %I.%I DROP CONSTRAINT IF EXISTS %I CASCADE', n.nspname, c.relname, k.conname), format('%I.%I %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE k.conparentid = 0 AND k.coninhcount = 0 AND k.contype IN ('c', 'f', 'p', 'u', 'x') AND
            """ + " " + PostgresTable.Own + " ORDER BY k.contype <> 'f'";
        const string indexes =
            """
            SELECT format('DROP INDEX IF EXISTS %I.%I', n.nspname, c.relname), pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace WHERE i.indisunique AND NOT c.relispartition AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid) AND
            """ + " " + PostgresTable.Own;
        foreach (var gone in (await LinesAsync(_backup, tables, cancellationToken)).Except(await LinesAsync(_kept, tables, cancellationToken)))
        {
            await TryAsync(gone, cancellationToken);
        }

        foreach (var demands in new[] { constraints, indexes })
        {
            var left = (await PairsAsync(_kept, demands, cancellationToken)).Select(one => one.Second).ToHashSet(StringComparer.Ordinal);
            foreach (var (drop, definition) in await PairsAsync(_backup, demands, cancellationToken))
            {
                if (!left.Contains(definition))
                {
                    await TryAsync(drop, cancellationToken);
                }
            }
        }
    }

    /// <summary>Tables that the backup lacks, as pg_dump describes them.</summary>
    private async Task AddTablesAsync(CancellationToken cancellationToken)
    {
        const string tables = "SELECT format('%I.%I', n.nspname, c.relname), concat('\"', replace(n.nspname, '\"', '\"\"'), '\".\"', replace(c.relname, '\"', '\"\"'), '\"') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND " + PostgresTable.Own + " ORDER BY 1";
        var known = await LinesAsync(_backup, tables, cancellationToken);
        var missing = (await PairsAsync(_kept, tables, cancellationToken)).Where(table => !known.Contains(table.First)).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        var said = new List<string>();
        var ended = await _tools.RunAsync(
            "pg_dump",
            [
                "--schema-only", "--section=pre-data", "--no-owner", "--no-privileges", "--no-comments", "--no-security-labels", "--no-password",
                .. missing.Select(table => $"--table={table.Second}"), PostgresServer.ArgumentOf(_keptName),
            ],
            input: null, cancellationToken, said: said.Add);
        if (ended.ExitCode != 0)
        {
            _notes.Add($"the tables {string.Join(", ", missing.Select(table => Inert.Line(table.First)))} are left out: {ended.FirstError}");
            return;
        }

        // Around the statements stand settings, which are ours already, comments, and psql's own commands. Among them, a line
        // that looks like one of these may be part of a default.
        var statements = said.SkipWhile(line => !line.StartsWith("CREATE ", StringComparison.Ordinal)).Reverse()
            .SkipWhile(line => line.Length == 0 || line[0] == '\\' || line.StartsWith("--", StringComparison.Ordinal)).Reverse();
        await TryAsync(string.Join('\n', statements).TrimEnd(';'), cancellationToken);
    }

    private async Task AddSequencesAsync(CancellationToken cancellationToken)
    {
        const string sequences =
            """
            SELECT format('CREATE SEQUENCE %I.%I AS %s INCREMENT %s MINVALUE %s MAXVALUE %s START %s%s', s.schemaname, s.sequencename, s.data_type, s.increment_by, s.min_value, s.max_value, s.start_value, CASE WHEN s.cycle THEN ' CYCLE' END),
              format('%I.%I', s.schemaname, s.sequencename), COALESCE(d.deptype = 'i', false), d.refobjid::regclass::text
            FROM pg_sequences s LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = format('%I.%I', s.schemaname, s.sequencename)::regclass
              AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
            """;
        Func<NpgsqlDataReader, (string Create, string Name, bool IsIdentity, string? Owner)> read =
            reader => (reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.Text(3));
        var known = (await _backup.RowsAsync(sequences, read, cancellationToken)).Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        var tables = (await LinesAsync(_backup, "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p')", cancellationToken)).ToHashSet(StringComparer.Ordinal);
        foreach (var (create, name, isIdentity, owner) in await _kept.RowsAsync(sequences, read, cancellationToken))
        {
            // Those of a new table, or of a column that counts by itself, come with them.
            if (!known.Contains(name) && !isIdentity && (owner is null || tables.Contains(owner)))
            {
                await TryAsync(create, cancellationToken);
            }
        }
    }

    private async Task ChangeColumnsAsync(CancellationToken cancellationToken)
    {
        const string tables = "SELECT format('%I.%I', n.nspname, c.relname), c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND " + PostgresTable.Own + " ORDER BY 1";
        const string columns =
            """
            SELECT format('%I.%I', n.nspname, c.relname), a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
              concat(
                CASE WHEN a.attcollation <> t.typcollation THEN (SELECT format(' COLLATE %I.%I', m.nspname, o.collname) FROM pg_collation o JOIN pg_namespace m ON m.oid = o.collnamespace WHERE o.oid = a.attcollation) END,
                CASE WHEN a.attidentity = 'a' THEN ' GENERATED ALWAYS AS IDENTITY' WHEN a.attidentity = 'd' THEN ' GENERATED BY DEFAULT AS IDENTITY'
                  WHEN a.attgenerated = 's' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(x.adbin, x.adrelid) || ') STORED'
                  WHEN a.atthasdef THEN ' DEFAULT ' || pg_get_expr(x.adbin, x.adrelid) END)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_attrdef x ON x.adrelid = a.attrelid AND x.adnum = a.attnum
            WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 0 AND
            """ + " " + PostgresTable.Own + " ORDER BY 1, a.attnum";
        Func<NpgsqlDataReader, (string Table, string Name, string Type, bool IsRequired, string Definition)> read =
            reader => (reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetBoolean(3), reader.GetString(4));
        var known = await LinesAsync(_backup, tables, cancellationToken);
        var before = (await _backup.RowsAsync(columns, read, cancellationToken)).ToLookup(column => column.Table, StringComparer.Ordinal);
        var after = (await _kept.RowsAsync(columns, read, cancellationToken)).ToLookup(column => column.Table, StringComparer.Ordinal);
        foreach (var table in known.Where(after.Contains))
        {
            foreach (var gone in before[table].Where(column => after[table].All(other => other.Name != column.Name)))
            {
                await TryAsync($"ALTER TABLE {table} DROP COLUMN {PostgresSql.Quote(gone.Name)} CASCADE", cancellationToken);
            }

            foreach (var column in after[table])
            {
                var (name, former) = (PostgresSql.Quote(column.Name), before[table].FirstOrDefault(other => other.Name == column.Name));
                if (former.Name is null)
                {
                    var add = $"ALTER TABLE {table} ADD COLUMN {name} {column.Type}{column.Definition}";
                    if (!column.IsRequired || !await CanAsync(add + " NOT NULL", cancellationToken))
                    {
                        // The rows bring their values; then it may demand one.
                        await TryAsync(add, cancellationToken);
                        if (column.IsRequired)
                        {
                            _last.Add($"ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL");
                        }
                    }

                    continue;
                }

                if (former.Type != column.Type)
                {
                    await TryAsync($"ALTER TABLE {table} ALTER COLUMN {name} TYPE {column.Type} USING {name}::{column.Type}", cancellationToken);
                }

                if (former.IsRequired && !column.IsRequired)
                {
                    await TryAsync($"ALTER TABLE {table} ALTER COLUMN {name} DROP NOT NULL", cancellationToken);
                }
            }
        }
    }

    /// <summary>The keys of tables that are new.</summary>
    private async Task AddKeysAsync(CancellationToken cancellationToken)
    {
        const string keys =
            """
            SELECT format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)), format('%I.%I', n.nspname, c.relname)
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE k.conparentid = 0 AND k.contype = 'p' AND
            """ + " " + PostgresTable.Own;
        var known = (await PairsAsync(_backup, keys, cancellationToken)).Select(one => one.Second).ToHashSet(StringComparer.Ordinal);
        foreach (var (add, table) in await PairsAsync(_kept, keys, cancellationToken))
        {
            if (!known.Contains(table))
            {
                await TryAsync(add, cancellationToken);
            }
        }
    }

    private async Task TryAsync(string statement, CancellationToken cancellationToken, List<string>? to = null)
    {
        try
        {
            await _backup.ExecuteAsync(statement, cancellationToken);
            (to ?? _statements).Add(statement);
        }
        catch (PostgresException failure)
        {
            _notes.Add($"left out: {Inert.Line(statement)} ({PostgresErrors.Said(failure)})");
        }
    }

    private async Task<bool> CanAsync(string statement, CancellationToken cancellationToken)
    {
        try
        {
            await _backup.ExecuteAsync(statement, cancellationToken);
            _statements.Add(statement);
            return true;
        }
        catch (PostgresException)
        {
            return false;
        }
    }

    private static async Task<List<string>> LinesAsync(NpgsqlConnection connection, string query, CancellationToken cancellationToken) =>
        await connection.RowsAsync(query, reader => reader.GetString(0), cancellationToken);

    private static async Task<List<(string First, string Second)>> PairsAsync(
        NpgsqlConnection connection, string query, CancellationToken cancellationToken) =>
        await connection.RowsAsync(query, reader => (reader.GetString(0), reader.GetString(1)), cancellationToken);
}
