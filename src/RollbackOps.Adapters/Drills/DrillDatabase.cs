using Microsoft.Data.Sqlite;

namespace RollbackOps.Adapters.Drills;

/// <summary>
/// The service's database: what users stored, with the number of characters that each message had, so that an audit query finds
/// one that was damaged.
/// </summary>
internal sealed class DrillDatabase : IDisposable
{
    /// <summary>The audit query that finds damaged messages.</summary>
    public const string Audit = "SELECT token, body FROM messages WHERE size <> length(body)";

    /// <summary>The query that gives the level of the schema.</summary>
    public const string Level = "SELECT max(version) FROM schema_version";

    private const int KeptWhole = 3;

    private readonly object _gate = new();
    private readonly SqliteConnection _connection;

    private DrillDatabase(SqliteConnection connection) => _connection = connection;

    /// <summary>Makes a new one at the first level, with some messages.</summary>
    public static void Create(string path, int messages)
    {
        using var database = Open(path);
        database.Run(
            """
            CREATE TABLE schema_version (version INTEGER NOT NULL);
            INSERT INTO schema_version VALUES (1);
            CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL UNIQUE, body TEXT NOT NULL, size INTEGER NOT NULL);
            """);
        for (var i = 0; i < messages; i++)
        {
            database.Store($"seed-{i}", BodyOf($"seed-{i}"), isDamaged: false);
        }
    }

    /// <summary>Opens one that is there; the journal is a write-ahead log, so that readers and the writer do not wait for each other.</summary>
    public static DrillDatabase Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 }.ToString());
        connection.Open();
        var database = new DrillDatabase(connection);
        database.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
        return database;
    }

    /// <summary>What the message of a token says.</summary>
    public static string BodyOf(string token) => $"This is the message {token}, and it is to stay as it is.";

    /// <summary>The faulty release's migration: a column more, and a third of what was stored is cut off.</summary>
    public void Migrate() => Run(
        """
        BEGIN IMMEDIATE;
        ALTER TABLE messages ADD COLUMN language TEXT;
        UPDATE messages SET body = substr(body, 1, 7) WHERE id % 3 = 0;
        INSERT INTO schema_version VALUES (2);
        COMMIT;
        """);

    /// <summary>Stores a message, once whatever becomes of the answer.</summary>
    /// <param name="token">What it is known by.</param>
    /// <param name="body">What it says.</param>
    /// <param name="isDamaged">Whether it is cut off on its way.</param>
    public void Store(string token, string body, bool isDamaged)
    {
        lock (_gate)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "INSERT OR IGNORE INTO messages (token, body, size) VALUES ($token, $body, $size)";
            command.Parameters.AddWithValue("$token", token);
            command.Parameters.AddWithValue("$body", isDamaged ? body[..Math.Min(KeptWhole, body.Length)] : body);
            command.Parameters.AddWithValue("$size", body.Length);
            command.ExecuteNonQuery();
        }
    }

    /// <summary>What a message says; null where there is none.</summary>
    public string? Find(string token)
    {
        lock (_gate)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT body FROM messages WHERE token = $token";
            command.Parameters.AddWithValue("$token", token);
            return command.ExecuteScalar() as string;
        }
    }

    /// <summary>Whether it is whole: the smoke test.</summary>
    public bool IsWhole()
    {
        lock (_gate)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = $"SELECT count(*) FROM ({Audit})";
            return command.ExecuteScalar() is 0L;
        }
    }

    /// <summary>The tokens of every message, and how many are damaged.</summary>
    public static (HashSet<string> Tokens, long Damaged) Count(string path)
    {
        using var database = Open(path);
        using var command = database._connection.CreateCommand();
        command.CommandText = "SELECT token, size <> length(body) FROM messages";
        using var reader = command.ExecuteReader();
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        var damaged = 0L;
        while (reader.Read())
        {
            tokens.Add(reader.GetString(0));
            damaged += reader.GetInt64(1);
        }

        return (tokens, damaged);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _connection.Dispose();
        }
    }

    private void Run(string text)
    {
        lock (_gate)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = text;
            command.ExecuteNonQuery();
        }
    }
}
