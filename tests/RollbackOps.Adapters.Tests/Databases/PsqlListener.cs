using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using RollbackOps.Adapters.Tests.Postgres;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>
/// Hears what psql would have a server run: it speaks as much of PostgreSQL's protocol as a script needs, executes nothing,
/// and says yes to everything.
/// </summary>
internal sealed class PsqlListener : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    private PsqlListener() => _listener.Start();

    /// <summary>Runs scripts, one after the other, each by a psql that knows nothing of the one before.</summary>
    /// <returns>The queries of each script, in order, with the data of a COPY behind its query.</returns>
    public static async Task<IReadOnlyList<IReadOnlyList<string>>> RunAsync(IReadOnlyList<byte[]> scripts)
    {
        const string Mark = "SELECT 'the next script';";
        using var folder = new TemporaryFolder();
        using var listener = new PsqlListener();
        var arguments = new List<string> { "-X", "-q", "-h", "127.0.0.1", "-p", $"{((IPEndPoint)listener._listener.LocalEndpoint).Port}", "-U", "u", "-d", "d" };
        foreach (var (index, script) in scripts.Index())
        {
            await File.WriteAllBytesAsync(folder[$"{index}.sql"], script);
            arguments.AddRange(["-f", folder[$"{index}.sql"], "-c", Mark]);
        }

        var start = new ProcessStartInfo(Path.Combine(PostgresCluster.Programs, "psql"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
            Environment = { ["PGSSLMODE"] = "disable", ["PGGSSENCMODE"] = "disable", ["PGCLIENTENCODING"] = "UTF8", ["EDITOR"] = "true" },
        };
        using var psql = Process.Start(start)!;
        psql.StandardInput.Close();
        var said = Task.WhenAll(psql.StandardOutput.ReadToEndAsync(), psql.StandardError.ReadToEndAsync());
        var heard = await listener.HearAsync();
        await said;
        await psql.WaitForExitAsync();

        var all = new List<IReadOnlyList<string>>();
        var own = new List<string>();
        foreach (var query in heard)
        {
            if (query == Mark)
            {
                all.Add(own);
                own = [];
            }
            else
            {
                own.Add(query);
            }
        }

        Assert.Equal(scripts.Count, all.Count);
        return all;
    }

    /// <summary>Every query is one that a dump may have, and none reaches beyond its database.</summary>
    public static void AssertHarmless(IEnumerable<IReadOnlyList<string>> heard)
    {
        foreach (var query in heard.SelectMany(queries => queries))
        {
            Assert.Matches(@"(?i)^(/\*|SET|SELECT pg_catalog\.|SELECT CASE|COPY [^;]* FROM stdin;|CREATE|ALTER|DROP|INSERT INTO|COMMENT|GRANT|REVOKE|REFRESH|BEGIN|COMMIT|;)", query);
            Assert.DoesNotMatch(@"(?i)^(CREATE|ALTER|DROP) +(DATABASE|SYSTEM|ROLE)", query);
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task<List<string>> HearAsync()
    {
        using var client = await _listener.AcceptTcpClientAsync();
        client.NoDelay = true;
        var stream = client.GetStream();
        await ReadAsync(stream, hasKind: false);
        Say(stream, 'R', [0, 0, 0, 0]);
        foreach (var (name, value) in new[] { ("server_version", "15.0"), ("standard_conforming_strings", "on"), ("client_encoding", "UTF8"), ("server_encoding", "UTF8") })
        {
            Say(stream, 'S', Encoding.ASCII.GetBytes($"{name}\0{value}\0"));
        }

        Say(stream, 'Z', "I"u8);
        var heard = new List<string>();
        while (await ReadAsync(stream, hasKind: true) is var (kind, body) && kind != 'X')
        {
            switch (kind)
            {
                case 'Q':
                    var query = Encoding.UTF8.GetString(body).TrimEnd('\0');
                    heard.Add(query);
                    if (query.StartsWith("COPY", StringComparison.OrdinalIgnoreCase) && query.EndsWith("FROM stdin;", StringComparison.OrdinalIgnoreCase))
                    {
                        Say(stream, 'G', [0, 0, 0]);
                        continue;
                    }

                    break;
                case 'd':
                    heard[^1] += Encoding.UTF8.GetString(body);
                    continue;
            }

            Say(stream, 'C', "SET\0"u8);
            Say(stream, 'Z', "I"u8);
        }

        return heard;
    }

    private static async Task<(char Kind, byte[] Body)> ReadAsync(NetworkStream stream, bool hasKind)
    {
        var head = new byte[hasKind ? 5 : 4];
        if (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false) < head.Length)
        {
            return ('X', []);
        }

        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(head.Length - 4)) - 4];
        await stream.ReadExactlyAsync(body);
        return (hasKind ? (char)head[0] : ' ', body);
    }

    private static void Say(NetworkStream stream, char kind, ReadOnlySpan<byte> body)
    {
        var message = new byte[5 + body.Length];
        message[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), body.Length + 4);
        body.CopyTo(message.AsSpan(5));
        stream.Write(message);
    }
}
