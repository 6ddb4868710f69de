using System.Globalization;
using Npgsql;

namespace RollbackOps.Adapters.Postgres;

/// <summary>
/// What would act on rows while they are put in, or forbid their order: foreign keys, triggers and rules of the tables that
/// change. They go before the rows and come back after them, when each foreign key is checked anew.
/// </summary>
/// <param name="kept">The database that the rows are of.</param>
/// <param name="backup">The restore of the backup, of the same schema.</param>
internal sealed class PostgresGuards(NpgsqlConnection kept, NpgsqlConnection backup)
{
    private const string ForeignKeys =
        """
        SELECT format('%I.%I', n.nspname, c.relname), quote_ident(k.conname), pg_get_constraintdef(k.oid), k.conrelid, k.confrelid
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY 1, 2
        """;

    /// <summary>The statements that take them away, and that bring them back.</summary>
    /// <param name="changed">The tables whose rows change, by their oids in the restore.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<(List<string> Off, List<string> On)> ReadAsync(long[] changed, CancellationToken cancellationToken)
    {
        var (off, on) = (new List<string>(), new List<string>());
        var touched = (await backup.RowsAsync(
            "SELECT r.relid::oid FROM unnest($1::oid[]) AS t (id), pg_partition_ancestors(t.id) AS r UNION SELECT unnest($1::oid[])",
            reader => reader.GetFieldValue<uint>(0), cancellationToken, (object)changed)).ToHashSet();
        Func<NpgsqlDataReader, (string Table, string Name, string Definition, uint From, uint To)> read =
            reader => (reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<uint>(3), reader.GetFieldValue<uint>(4));
        var there = await backup.RowsAsync(ForeignKeys, read, cancellationToken);
        var staying = there.Where(key => !touched.Contains(key.From) && !touched.Contains(key.To)).Select(key => (key.Table, key.Name)).ToHashSet();
        off.AddRange(there.Where(key => !staying.Contains((key.Table, key.Name))).Select(key => $"ALTER TABLE {key.Table} DROP CONSTRAINT {key.Name}"));
        on.AddRange((await kept.RowsAsync(ForeignKeys, read, cancellationToken))
            .Where(key => !staying.Contains((key.Table, key.Name))).Select(key => $"ALTER TABLE {key.Table} ADD CONSTRAINT {key.Name} {key.Definition}"));
        foreach (var (table, what, enabled) in await backup.RowsAsync(
            """
            SELECT format('%I.%I', n.nspname, c.relname), 'TRIGGER ' || quote_ident(t.tgname), t.tgenabled FROM pg_trigger t
            JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgrelid = ANY ($1::oid[])
            UNION ALL SELECT format('%I.%I', n.nspname, c.relname), 'RULE ' || quote_ident(r.rulename), r.ev_enabled FROM pg_rewrite r
            JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.ev_enabled <> 'D' AND r.ev_class = ANY ($1::oid[]) AND c.relkind = 'r'
            """,
            reader => (reader.GetString(0), reader.GetString(1), reader.GetChar(2)), cancellationToken, (object)changed))
        {
            off.Add($"ALTER TABLE {table} DISABLE {what}");
            on.Add($"ALTER TABLE {table} ENABLE {(enabled switch { 'R' => "REPLICA ", 'A' => "ALWAYS ", _ => "" })}{what}");
        }

        return (off, on);
    }

    /// <summary>The statements that set the sequences that stand otherwise.</summary>
    public async Task<List<string>> ReadSequencesAsync(CancellationToken cancellationToken)
    {
        const string sequences = "SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences ORDER BY 1";
        var known = (await backup.RowsAsync(sequences, reader => reader.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal);
        var statements = new List<string>();
        foreach (var sequence in (await kept.RowsAsync(sequences, reader => reader.GetString(0), cancellationToken)).Where(known.Contains))
        {
            var value = await ValueAsync(kept, sequence, cancellationToken);
            if (value != await ValueAsync(backup, sequence, cancellationToken))
            {
                statements.Add(string.Create(CultureInfo.InvariantCulture,
                    $"SELECT pg_catalog.setval({PostgresLiteral.Of(sequence)}, {value.Last}, {(value.IsCalled ? "true" : "false")})"));
            }
        }

        return statements;
    }

    private static async Task<(long Last, bool IsCalled)> ValueAsync(NpgsqlConnection connection, string sequence, CancellationToken cancellationToken) =>
        (await connection.RowsAsync(
            $"SELECT last_value, is_called FROM {sequence}", reader => (reader.GetInt64(0), reader.GetBoolean(1)), cancellationToken))[0];
}
