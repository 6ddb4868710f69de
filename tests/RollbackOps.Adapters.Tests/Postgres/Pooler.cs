using System.Diagnostics;
using Npgsql;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>A PgBouncer before the tests' server, reached by a socket in the server's folder, with its defaults.</summary>
internal sealed class Pooler : IDisposable
{
    private static readonly string? s_program =
        new[] { "/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer" }.FirstOrDefault(File.Exists);

    private static int s_port = 6500;

    private readonly PostgresCluster _cluster;
    private readonly Process _process;
    private readonly int _port = Interlocked.Increment(ref s_port);

    public Pooler(PostgresCluster cluster, string database)
    {
        _cluster = cluster;
        var file = Path.Combine(cluster.Folder, $"pgbouncer-{_port}.ini");
        File.WriteAllText(Path.Combine(cluster.Folder, "users.txt"), $"\"{PostgresCluster.Superuser}\" \"\"\n");
        File.WriteAllText(file, $"""
            [databases]
            {database} = host={cluster.Folder} dbname={database}
            elsewhere = host={cluster.Folder} dbname=postgres
            [pgbouncer]
            unix_socket_dir = {cluster.Folder}
            listen_addr =
            listen_port = {_port}
            auth_type = trust
            auth_file = {cluster.Folder}/users.txt
            admin_users = {PostgresCluster.Superuser}
            pool_mode = transaction
            """);
        var command = PostgresCluster.OnBehalf(s_program!, file);
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = new List<string>();
        while (said.Count == 0 || !said[^1].Contains("process up", StringComparison.Ordinal))
        {
            said.Add(_process.StandardError.ReadLine() ?? throw new InvalidOperationException(string.Join('\n', said)));
        }

        _ = _process.StandardError.ReadToEndAsync();
        _ = _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Why there is none here; null where there is.</summary>
    public static string? WhyNot => s_program is null ? "PgBouncer is not installed; .ci/run installs it where it may (apt, as root)." : null;

    /// <summary>Its port, of the socket in the server's folder.</summary>
    public int Port => _port;

    /// <summary>The section that names it.</summary>
    public string Section => $$""", "pgBouncer": { "host": "{{_cluster.Folder}}", "port": {{_port}} }""";

    /// <summary>A client of it.</summary>
    public NpgsqlConnection Connect(string database)
    {
        var connection = new NpgsqlConnection(
            $"Host={_cluster.Folder};Port={_port};Database={database};Username={PostgresCluster.Superuser};Pooling=false;No Reset On Close=true;Command Timeout=30");
        connection.Open();
        return connection;
    }

    /// <summary>Asks its admin console.</summary>
    public string Ask(string statement) => PostgresCluster.Run(
        Path.Combine(PostgresCluster.Programs, "psql"), "-X", "-A", "-t", "-h", _cluster.Folder, "-p", $"{_port}", "-U", PostgresCluster.Superuser,
        "-d", "pgbouncer", "-c", statement);

    /// <summary>Whether it has a database's clients wait.</summary>
    public bool IsPaused(string database) => Ask("SHOW DATABASES").Split('\n')
        .Select(line => line.Split('|')).Any(columns => columns[0] == database && columns[^2] == "1");

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
