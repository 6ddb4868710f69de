using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RollbackTools.Tests.Sample;

/// <summary>The service: answers every request with the release that it is told is served.</summary>
internal sealed class HealthServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string> _served;
    private int _requests;

    public HealthServer(Func<string> served)
    {
        _served = served;
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>How many requests have come.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Releases that answer with an error.</summary>
    public HashSet<string> Broken { get; } = [];

    /// <summary>The last request's head.</summary>
    public string LastRequest { get; private set; } = string.Empty;

    /// <summary>Is called as soon as a request has come, before it is answered.</summary>
    public Action Arrived { get; set; } = static () => { };

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _ = Task.Run(() => AnswerAsync(client));
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            var head = new StringBuilder();
            while (await reader.ReadLineAsync() is { Length: > 0 } line)
            {
                head.AppendLine(line);
            }

            LastRequest = head.ToString();
            Interlocked.Increment(ref _requests);
            Arrived();
            var release = _served();
            var body = $"{{\"release\":\"{release}\"}}";
            var status = Broken.Contains(release) ? "500 Internal Server Error" : "200 OK";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
        }
        catch (IOException)
        {
            // The caller gave up.
        }
    }
}
