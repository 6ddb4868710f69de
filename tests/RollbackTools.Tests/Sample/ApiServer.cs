using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RollbackTools.Tests.Sample;

/// <summary>A request that came.</summary>
internal sealed record ApiRequest(string Method, string Path, string Body);

/// <summary>Answers requests on this machine, and keeps them.</summary>
internal sealed class ApiServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<ApiRequest, (int Status, string Body)> _answer;

    public ApiServer(Func<ApiRequest, (int Status, string Body)> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>What came, in order.</summary>
    public ConcurrentQueue<ApiRequest> Requests { get; } = new();

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
            var request = await ReadAsync(stream);
            Requests.Enqueue(request);
            var (status, text) = _answer(request);
            var body = Encoding.UTF8.GetBytes(text);
            var head = $"HTTP/1.1 {status} Answer\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
            await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. body]);
        }
        catch (IOException)
        {
            // The caller gave up.
        }
    }

    private static async Task<ApiRequest> ReadAsync(NetworkStream stream)
    {
        var read = new List<byte>();
        var buffer = new byte[16_384];
        while (true)
        {
            var text = Encoding.Latin1.GetString([.. read]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var head = text[..end].Split("\r\n");
                var length = head.Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                    .Select(line => int.Parse(line[15..], System.Globalization.CultureInfo.InvariantCulture)).FirstOrDefault();
                if (read.Count >= end + 4 + length)
                {
                    var first = head[0].Split(' ');
                    return new ApiRequest(first[0], first[1], Encoding.UTF8.GetString(read.GetRange(end + 4, length).ToArray()));
                }
            }

            var count = await stream.ReadAsync(buffer);
            if (count == 0)
            {
                throw new IOException("The caller left.");
            }

            read.AddRange(buffer.AsSpan(0, count).ToArray());
        }
    }
}
