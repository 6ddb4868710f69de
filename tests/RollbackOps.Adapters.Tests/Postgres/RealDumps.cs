using System.Text;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>What pg_dump and pg_dumpall write of a database that has every kind of object, <c>every-object.sql</c>.</summary>
public sealed class RealDumps : IDisposable
{
    private const string Name = "every object";
    private const string Quoted = $"\"{Name}\"";

    private readonly PostgresCluster _cluster;

    public RealDumps(PostgresCluster cluster)
    {
        _cluster = cluster;
        if (PostgresCluster.WhyNot is not null)
        {
            return;
        }

        foreach (var statement in new[] { "CREATE ROLE reader", "CREATE ROLE \"the owner\" LOGIN", $"CREATE DATABASE {Quoted} OWNER \"the owner\"" })
        {
            cluster.Run("postgres", statement);
        }

        cluster.RunScript(Name, Path.Combine(AppContext.BaseDirectory, "Postgres", "every-object.sql"));
        cluster.Run("postgres", $"""
            ALTER DATABASE {Quoted} SET search_path TO 'public', 'x';
            ALTER ROLE reader IN DATABASE {Quoted} SET work_mem TO '8MB';
            GRANT CONNECT ON DATABASE {Quoted} TO reader;
            """);
    }

    /// <summary>A dump: <c>plain</c>, <c>inserts</c>, <c>create</c> (-C), <c>create-clean</c> (-C -c) or <c>cluster</c> (pg_dumpall).</summary>
    public byte[] this[string kind] => Encoding.UTF8.GetBytes(kind switch
    {
        "plain" => _cluster.Dump(Name),
        "inserts" => _cluster.Dump(Name, "--inserts", "--clean", "--if-exists"),
        "create" => _cluster.Dump(Name, "--create"),
        "create-clean" => _cluster.Dump(Name, "--create", "--clean", "--if-exists"),
        "cluster" => _cluster.DumpAll(),
        _ => throw new ArgumentException(kind),
    });

    public void Dispose()
    {
        if (PostgresCluster.WhyNot is null)
        {
            _cluster.Run("postgres", $"DROP DATABASE {Quoted}");
            _cluster.Run("postgres", "DROP ROLE reader, \"the owner\"");
        }
    }
}
