using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>What foreign SQL may do on a connection, by SQLite's own authorizer; lifted when it is disposed of.</summary>
internal sealed class SqliteFence : IDisposable
{
    private const int Allowed = 0;
    private const int Denied = 1;

    private static readonly HashSet<int> s_reading =
        [raw.SQLITE_SELECT, raw.SQLITE_READ, raw.SQLITE_FUNCTION, raw.SQLITE_PRAGMA, raw.SQLITE_RECURSIVE];

    private readonly SqliteConnection _connection;

    // SQLite keeps only a pointer to it.
    private readonly strdelegate_authorizer _authorizer;

    private SqliteFence(SqliteConnection connection, Func<int, string?, string?, bool> isAllowed)
    {
        _connection = connection;
        _authorizer = (_, action, first, second, _, _) =>
        {
            if (isAllowed(action, first, second))
            {
                return Allowed;
            }

            Refused ??= $"{NameOf(action)} {(action == raw.SQLITE_FUNCTION ? second : first)}".Trim();
            return Denied;
        };
        _ = raw.sqlite3_set_authorizer(connection.Handle!, _authorizer, null);
    }

    /// <summary>What was refused first, or null.</summary>
    public string? Refused { get; private set; }

    /// <summary>Lets queries read, and nothing else.</summary>
    public static SqliteFence ReadingOnly(SqliteConnection connection) => new(connection, (action, first, second) =>
        s_reading.Contains(action) && !IsLoading(action, second) && (action != raw.SQLITE_PRAGMA || second is null || IsQuestion(first)));

    /// <summary>Lets a dump do what it likes with the database it is restored to, and reach no other file (S31).</summary>
    public static SqliteFence InsideOneFile(SqliteConnection connection) => new(connection, (action, first, second) =>
        action != raw.SQLITE_ATTACH && action != raw.SQLITE_DETACH && !IsLoading(action, second)
        && !(action == raw.SQLITE_PRAGMA && first is "temp_store_directory" or "data_store_directory"));

    public void Dispose() => _ = raw.sqlite3_set_authorizer(_connection.Handle!, (strdelegate_authorizer?)null, null);

    private static bool IsLoading(int action, string? second) =>
        action == raw.SQLITE_FUNCTION && string.Equals(second, "load_extension", StringComparison.OrdinalIgnoreCase);

    /// <summary>Pragmas whose argument only says what is asked about.</summary>
    private static bool IsQuestion(string? pragma) => pragma is not null
        && (pragma.EndsWith("_info", StringComparison.OrdinalIgnoreCase) || pragma.EndsWith("_list", StringComparison.OrdinalIgnoreCase)
            || pragma.EndsWith("_check", StringComparison.OrdinalIgnoreCase) || pragma.EndsWith("_xinfo", StringComparison.OrdinalIgnoreCase));

    private static string NameOf(int action) =>
        action == raw.SQLITE_ATTACH ? "ATTACH"
        : action == raw.SQLITE_DETACH ? "DETACH"
        : action == raw.SQLITE_PRAGMA ? "PRAGMA"
        : action == raw.SQLITE_FUNCTION ? "the function"
        : $"action {action}";
}
