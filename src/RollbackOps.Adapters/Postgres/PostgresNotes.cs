using Npgsql;

namespace RollbackOps.Adapters.Postgres;

/// <summary>What of a live database a restore does not bring back as it is, told before anything is done.</summary>
internal static class PostgresNotes
{
    private static readonly (string Query, string What, string Told)[] s_notes =
    [
        ("SELECT string_agg(n.nspname || '.' || c.relname, ', ' ORDER BY n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'f'",
            "foreign tables",
            "their definitions are restored; the rows behind them are another server's, in no backup, and stay as they are"),
        ("SELECT string_agg(pubname, ', ' ORDER BY pubname) FROM pg_publication",
            "publications",
            "they are restored as the backup has them; a subscriber has to be set up anew, since the slot it reads from belongs to one database"),
        ("SELECT string_agg(evtname, ', ' ORDER BY evtname) FROM pg_event_trigger WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)",
            "event triggers",
            "only a superuser can restore them; with this user a backup that has some fails"),
        ("SELECT string_agg(e.extname, ', ' ORDER BY e.extname) FROM pg_extension e WHERE NOT EXISTS (SELECT FROM pg_available_extensions a WHERE a.name = e.extname)",
            "extensions that are not installed on the server any more",
            "a backup that has them cannot be restored until their packages are back"),
        ("""
            SELECT string_agg(e.extname || ' ' || e.extversion, ', ' ORDER BY e.extname) FROM pg_extension e
            JOIN pg_namespace n ON n.oid = e.extnamespace JOIN pg_available_extensions a ON a.name = e.extname
            WHERE e.extversion <> a.default_version AND n.nspname NOT IN ('public', 'pg_catalog') AND NOT EXISTS (
              SELECT FROM pg_extension_update_paths(e.extname) p WHERE p.source = a.default_version AND p.target = e.extversion AND p.path IS NOT NULL)
            """,
            "extensions in a schema of their own that are older than the server's",
            "a restore would get the newer version and is refused for it; bring them up first (ALTER EXTENSION … UPDATE)"),
    ];

    /// <summary>Reads them, each a sentence.</summary>
    public static async Task<List<string>> ReadAsync(NpgsqlConnection live, CancellationToken cancellationToken)
    {
        var notes = new List<string>();
        foreach (var (query, what, told) in s_notes)
        {
            if (await live.ScalarAsync(query, cancellationToken) is { } names)
            {
                notes.Add($"The live database has {what} ({Inert.Line(names)}): {told}.");
            }
        }

        return notes;
    }
}
