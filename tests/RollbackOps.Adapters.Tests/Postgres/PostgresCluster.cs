using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>
/// A PostgreSQL server of the tests' own: a cluster in a temporary folder, reached by a Unix socket there and nowhere else,
/// run by an unprivileged user, stopped at the end.
/// </summary>
public sealed class PostgresCluster : IDisposable
{
    /// <summary>The superuser.</summary>
    public const string Superuser = "admin";

    /// <summary>The name of a role that has to say its password.</summary>
    public const string Guarded = "guarded";

    // The package's own account, where the tests run as root: the server refuses to.
    private const string Account = "postgres";

    private static readonly string? s_programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql")
            .Where(folder => File.Exists(Path.Combine(folder, "bin", "initdb")))
            .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"))
            .FirstOrDefault()
        : null;

    // Without it two dumps of one content differ.
    private static readonly string[] s_fixedKey = ["--restrict-key=rollbackops"];

    private readonly string[] _command = [];
    private Process? _server;

    public PostgresCluster()
        : this("fsync=off", "autovacuum=off", "max_prepared_transactions=5", "wal_level=logical", "max_connections=150")
    {
    }

    internal PostgresCluster(params string[] settings)
        : this(Directory.CreateTempSubdirectory("rbpg-").FullName, [], settings)
    {
    }

    /// <param name="folder">The folder, which goes with it.</param>
    /// <param name="options">More options of initdb.</param>
    /// <param name="settings">The server's settings.</param>
    internal PostgresCluster(string folder, string[] options, string[] settings)
    {
        Folder = folder;
        if (WhyNot is not null)
        {
            return;
        }

        if (Environment.UserName == "root")
        {
            Run("chown", Account, Folder);
        }

        Run([.. AsAccount, Path.Combine(Programs, "initdb"), "-D", Data, "-U", Superuser, "-A", "trust", "--no-sync", "--data-checksums", "-E", "UTF8", "--locale=C.UTF-8", .. options]);
        // One role has to say its password.
        var access = Path.Combine(Data, "pg_hba.conf");
        File.WriteAllText(access, $"local all {Guarded} scram-sha-256\n{File.ReadAllText(access)}");
        _command =
        [
            .. AsAccount, Path.Combine(Programs, "postgres"), "-D", Data, "-k", Folder, "-c", "listen_addresses=", "-c", "port=5432",
            .. settings.SelectMany(setting => new[] { "-c", setting }),
        ];
        Start();
    }

    /// <summary>Why there is none here; null where there is.</summary>
    public static string? WhyNot => s_programs is null
        ? "PostgreSQL is not installed; .ci/run installs it where it may (apt, as root)."
        : null;

    /// <summary>The folder of its programs.</summary>
    public static string Programs => s_programs!;

    /// <summary>The folder of its socket, and of its data.</summary>
    public string Folder { get; }

    /// <summary>The folder of its data.</summary>
    public string Data => Path.Combine(Folder, "data");

    private static string[] AsAccount => Environment.UserName == "root" ? ["setpriv", $"--reuid={Account}", $"--regid={Account}", "--clear-groups"] : [];

    /// <summary>Stops it, lets something happen to its files, and starts it again with nothing in its memory.</summary>
    public void Restart(Action meanwhile)
    {
        // SIGINT: clients are ended, what they wrote is on disk.
        Stop("-INT");
        meanwhile();
        Start();
    }

    /// <summary>Stops it as <c>pg_ctl stop -m immediate</c> does: every process ends at once, nothing more is written, clients hear nothing.</summary>
    public void Crash() => Stop("-QUIT");

    /// <summary>Whether it runs; one that cannot write its files may end itself.</summary>
    public bool IsRunning => !_server!.HasExited;

    /// <summary>Starts it after that; it recovers.</summary>
    public void StartAgain() => Start();

    /// <summary>Connects.</summary>
    public NpgsqlConnection Connect(string database, string user = Superuser)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = Folder,
            Port = 5432,
            Database = database,
            Username = user,
            Pooling = false,
        }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>Runs statements in a database.</summary>
    public void Run(string database, string statements)
    {
        using var connection = Connect(database);
        using var command = new NpgsqlCommand(statements, connection) { CommandTimeout = 0 };
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a script by psql.</summary>
    public void RunScript(string database, string file) => Run(
        Path.Combine(Programs, "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", Folder, "-U", Superuser, "-d", database, "-f", file);

    /// <summary>The rows of a query, as texts.</summary>
    public string Ask(string database, string query)
    {
        using var connection = Connect(database);
        using var command = new NpgsqlCommand(query, connection) { AllResultTypesAreUnknown = true };
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount)
                .Select(column => reader.IsDBNull(column) ? "" : reader.GetString(column))));
        }

        return string.Join('\n', rows);
    }

    /// <summary>A dump of all that a database holds: two of one content are equal.</summary>
    public string Dump(string database, params string[] options) => Run([
        Path.Combine(Programs, "pg_dump"), "-h", Folder, "-U", Superuser, "--no-sync",
        .. Array.Exists(options, option => option.StartsWith("--format", StringComparison.Ordinal)) ? [] : s_fixedKey, .. options, database]);

    /// <summary>A dump of everything that the server holds.</summary>
    public string DumpAll() => Run(Path.Combine(Programs, "pg_dumpall"), "-h", Folder, "-U", Superuser, "--no-sync");

    /// <summary>A command as the account that the server runs as.</summary>
    public static string[] OnBehalf(params string[] command) => [.. AsAccount, .. command];

    /// <summary>Runs a program to its end and gives its output.</summary>
    public static string Run(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}: {errors.Result}");
    }

    public void Dispose()
    {
        if (_server is not null && IsRunning)
        {
            // SIGQUIT: an end at once, without a word to clients.
            Stop("-QUIT");
        }

        Directory.Delete(Folder, recursive: true);
    }

    private void Start()
    {
        _server = Process.Start(new ProcessStartInfo(_command[0], _command[1..]) { RedirectStandardError = true, WorkingDirectory = Folder })!;
        // Its first lines say when it is ready; the rest is read so that it never waits for us.
        var said = new List<string>();
        while (said.Count == 0 || !said[^1].Contains("system is ready to accept", StringComparison.Ordinal))
        {
            said.Add(_server.StandardError.ReadLine() ?? throw new InvalidOperationException(string.Join('\n', said)));
        }

        _ = _server.StandardError.ReadToEndAsync();
    }

    private void Stop(string signal)
    {
        Run("kill", signal, File.ReadLines(Path.Combine(Data, "postmaster.pid")).First());
        _server!.WaitForExit();
        _server.Dispose();
    }
}
