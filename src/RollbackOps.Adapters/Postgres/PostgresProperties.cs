using Npgsql;

namespace RollbackOps.Adapters.Postgres;

/// <summary>
/// What belongs to a database and not to its content, so that no restore into another database brings it along: owner,
/// rights, comment, labels, settings, and the versions of extensions (S30). What would stand in the way of our own
/// checks, the connection limit and being a template, follows with the swap.
/// </summary>
internal sealed class PostgresProperties
{
    // Their values hold lists that are quoted already (GUC_LIST_QUOTE in PostgreSQL's guc_tables.c).
    private static readonly string[] s_lists =
        ["local_preload_libraries", "search_path", "session_preload_libraries", "shared_preload_libraries", "temp_tablespaces", "unix_socket_directories"];

    private readonly NpgsqlConnection _maintenance;

    public PostgresProperties(NpgsqlConnection maintenance) => _maintenance = maintenance;

    /// <summary>The statement that makes an empty database like another one, closed to everybody but its owner.</summary>
    public async Task<string> CreateStatementAsync(string like, string name, CancellationToken cancellationToken)
    {
        var version = _maintenance.PostgreSqlVersion.Major;
        var (provider, locale, rules) = (
            version >= 15 ? "datlocprovider::text" : "NULL",
            version >= 17 ? "datlocale" : version >= 15 ? "daticulocale" : "NULL",
            version >= 16 ? "daticurules" : "NULL");
        return (await _maintenance.RowsAsync(
            $"SELECT pg_encoding_to_char(encoding), datcollate, datctype, {provider}, {locale}, {rules} FROM pg_database WHERE datname = $1",
            reader => $"CREATE DATABASE {PostgresSql.Quote(name)} TEMPLATE template0 ENCODING {PostgresSql.Literal(reader.GetString(0))}"
                + $" LC_COLLATE {PostgresSql.Literal(reader.Text(1) ?? "C")} LC_CTYPE {PostgresSql.Literal(reader.Text(2) ?? "C")}"
                + LocaleOf(reader.Text(3), reader.Text(4), reader.Text(5)),
            cancellationToken,
            like)).Single();
    }

    /// <summary>What a locale is kept by: the template's may be another.</summary>
    private static string LocaleOf(string? provider, string? locale, string? rules) => (provider, locale) switch
    {
        ("c", _) => " LOCALE_PROVIDER libc",
        ("i", { } icu) => $" LOCALE_PROVIDER icu ICU_LOCALE {PostgresSql.Literal(icu)}"
            + (rules is null ? string.Empty : $" ICU_RULES {PostgresSql.Literal(rules)}"),
        ("b", { } builtin) => $" LOCALE_PROVIDER builtin BUILTIN_LOCALE {PostgresSql.Literal(builtin)}",
        _ => string.Empty,
    };

    /// <summary>Gives a database what another one has.</summary>
    public async Task CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        var side = PostgresSql.Quote(to);
        var statements = new List<string>();
        statements.AddRange(await _maintenance.RowsAsync(
            "SELECT quote_ident(pg_get_userbyid(datdba)) FROM pg_database WHERE datname = $1",
            reader => $"ALTER DATABASE {side} OWNER TO {reader.GetString(0)}",
            cancellationToken, from));
        statements.AddRange(await _maintenance.RowsAsync(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1 AND shobj_description(oid, 'pg_database') IS NOT NULL",
            reader => $"COMMENT ON DATABASE {side} IS {PostgresSql.Literal(reader.GetString(0))}",
            cancellationToken, from));
        statements.AddRange(await _maintenance.RowsAsync(
            "SELECT l.provider, l.label FROM pg_shseclabel l JOIN pg_database d ON d.oid = l.objoid WHERE l.classoid = 'pg_database'::regclass AND d.datname = $1",
            reader => $"SECURITY LABEL FOR {PostgresSql.Quote(reader.GetString(0))} ON DATABASE {side} IS {PostgresSql.Literal(reader.GetString(1))}",
            cancellationToken, from));
        statements.AddRange(await SettingsAsync(from, side, cancellationToken));
        foreach (var statement in statements)
        {
            await _maintenance.ExecuteAsync(statement, cancellationToken);
        }

        await CopyRightsAsync(from, to, side, cancellationToken);
    }

    /// <summary>
    /// Makes those extensions in an empty database whose version in the live one is not the newest: a dump makes them in the
    /// newest, and no way leads back. Those in a schema of their own are left to the dump, which makes the schema.
    /// </summary>
    public static async Task PrepareExtensionsAsync(
        NpgsqlConnection live, NpgsqlConnection side, CancellationToken cancellationToken)
    {
        var statements = await live.RowsAsync(
            """
            SELECT format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA %I VERSION %L CASCADE', e.extname, n.nspname, e.extversion)
            FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace JOIN pg_available_extensions a ON a.name = e.extname
            WHERE e.extversion <> a.default_version AND n.nspname IN ('public', 'pg_catalog') ORDER BY e.oid
            """,
            reader => reader.GetString(0), cancellationToken);
        foreach (var statement in statements)
        {
            await side.ExecuteAsync(statement, cancellationToken);
        }
    }

    /// <summary>Brings the extensions of a restored database to the versions that the live one has.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseUnsuitable"/>: no way leads to one of them.</exception>
    public static async Task AlignExtensionsAsync(
        NpgsqlConnection live, NpgsqlConnection side, CancellationToken cancellationToken)
    {
        const string Query = "SELECT extname, extversion FROM pg_extension";
        var wanted = (await live.RowsAsync(Query, Pair, cancellationToken)).ToDictionary(one => one.Name, one => one.Version, StringComparer.Ordinal);
        foreach (var (name, version) in await side.RowsAsync(Query, Pair, cancellationToken))
        {
            if (wanted.TryGetValue(name, out var kept) && kept != version)
            {
                try
                {
                    await side.ExecuteAsync("BEGIN", cancellationToken);
                    var triggers = await PostgresEventTriggers.SwitchOffAsync(side, cancellationToken);
                    await side.ExecuteAsync(
                        $"ALTER EXTENSION {PostgresSql.Quote(name)} UPDATE TO {PostgresSql.Literal(kept)}", cancellationToken);
                    await triggers.SwitchOnAsync(side, cancellationToken);
                    await side.ExecuteAsync("COMMIT", cancellationToken);
                }
                catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InvalidParameterValue)
                {
                    throw new RollbackOpsException(ErrorId.DatabaseUnsuitable,
                        $"The extension {Inert.Line(name)} is at {Inert.Line(kept)} in the live database, and what is restored has {Inert.Line(version)}: {PostgresErrors.Said(refused)}",
                        $"Bring the live one to the server's version first: ALTER EXTENSION {PostgresSql.Quote(name)} UPDATE;", name, refused);
                }
            }
        }

        static (string Name, string Version) Pair(NpgsqlDataReader reader) => (reader.GetString(0), reader.GetString(1));
    }

    private async Task<List<string>> SettingsAsync(string from, string side, CancellationToken cancellationToken)
    {
        var kept = await _maintenance.RowsAsync(
            """
            SELECT CASE WHEN s.setrole <> 0 THEN quote_ident(pg_get_userbyid(s.setrole)) END, unnest(s.setconfig)
            FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = $1
            """,
            reader => (Role: reader.Text(0), Setting: reader.GetString(1)),
            cancellationToken, from);
        return [.. kept.Select(one =>
        {
            var (name, value) = (one.Setting[..one.Setting.IndexOf('=', StringComparison.Ordinal)], one.Setting[(one.Setting.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            var told = s_lists.Contains(name) ? value.Length == 0 ? "''" : value : PostgresSql.Literal(value);
            var whose = one.Role is null ? $"ALTER DATABASE {side}" : $"ALTER ROLE {one.Role} IN DATABASE {side}";
            return $"{whose} SET {string.Join('.', name.Split('.').Select(PostgresSql.Quote))} TO {told}";
        })];
    }

    /// <summary>The rights as they are: nothing granted where nobody changed them, else exactly those.</summary>
    private async Task CopyRightsAsync(string from, string to, string side, CancellationToken cancellationToken)
    {
        var isDefault = await _maintenance.ScalarAsync("SELECT datacl IS NULL FROM pg_database WHERE datname = $1", cancellationToken, from);
        await _maintenance.ExecuteAsync(
            isDefault == "True"
                ? $"GRANT CONNECT, TEMPORARY ON DATABASE {side} TO PUBLIC"
                : $"REVOKE ALL ON DATABASE {side} FROM PUBLIC; REVOKE ALL ON DATABASE {side} FROM {await OwnerAsync(to, cancellationToken)}",
            cancellationToken);
        if (isDefault == "True")
        {
            return;
        }

        var grants = await _maintenance.RowsAsync(
            """
            SELECT a.privilege_type, CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, a.is_grantable
            FROM pg_database d, aclexplode(d.datacl) a WHERE d.datname = $1
            """,
            reader => $"GRANT {reader.GetString(0)} ON DATABASE {side} TO {reader.GetString(1)}{(reader.GetBoolean(2) ? " WITH GRANT OPTION" : string.Empty)}",
            cancellationToken, from);
        foreach (var grant in grants)
        {
            await _maintenance.ExecuteAsync(grant, cancellationToken);
        }
    }

    private async Task<string> OwnerAsync(string database, CancellationToken cancellationToken) => (await _maintenance.ScalarAsync(
        "SELECT quote_ident(pg_get_userbyid(datdba)) FROM pg_database WHERE datname = $1", cancellationToken, database))!;
}
