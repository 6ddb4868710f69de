using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RollbackOps.Adapters.Tests.Probes;

/// <summary>A loopback server that says whatever bytes a test wants, and keeps what it was asked.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Func<NetworkStream, CancellationToken, Task> _answer;
    private readonly Task _serving;

    public RawServer(Func<NetworkStream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>The requests, head and body; one for each connection.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>A server that says a text to whoever asks, and hangs up.</summary>
    public static RawServer Answering(string answer) =>
        new(async (stream, token) => await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), token));

    /// <summary>A server that answers 200 with headers and a body of the right length.</summary>
    public static RawServer Ok(string body, string headers = "", string status = "200 OK") => Answering(
        $"HTTP/1.1 {status}\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>A server that gives one whole answer.</summary>
    public static RawServer Saying(
        string body, int status = 200, string headers = "Content-Type: application/json; charset=utf-8") =>
        Saying(Encoding.UTF8.GetBytes(body), status, headers);

    public static RawServer Saying(byte[] body, int status, string headers) =>
        new(async (stream, token) =>
        {
            var head = $"HTTP/1.1 {status} Status\r\nContent-Length: {body.Length}\r\n{headers.Trim()}\r\n\r\n";
            await stream.WriteAsync((byte[])[.. Encoding.Latin1.GetBytes(head), .. body], token);
        });

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _serving;
        _listener.Dispose();
        _ending.Dispose();
    }

    private async Task ServeAsync()
    {
        var answers = new List<Task>();
        try
        {
            while (true)
            {
                answers.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(answers);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                Requests.Enqueue(await ReadRequestAsync(stream));
                await _answer(stream, _ending.Token);
            }
            catch (Exception ended) when (ended is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The prober has left, or the test is over.
            }
        }
    }

    private async Task<string> ReadRequestAsync(NetworkStream stream)
    {
        var request = string.Empty;
        var buffer = new byte[4096];
        do
        {
            var read = await stream.ReadAsync(buffer, _ending.Token);
            if (read == 0)
            {
                break;
            }

            request += Encoding.UTF8.GetString(buffer, 0, read);
        }
        while (!IsWhole(request));

        return request;
    }

    private static bool IsWhole(string request)
    {
        const string Length = "Content-Length: ";
        var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var at = request.IndexOf(Length, StringComparison.Ordinal);
        return end >= 0 && (at < 0 || request.Length - end - 4
            >= int.Parse(request.AsSpan(at + Length.Length, request.IndexOf('\r', at) - at - Length.Length), provider: null));
    }
}
