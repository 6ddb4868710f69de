using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Chatbot;

/// <summary>
/// Answers HTTP on a loopback port, one request a connection. HttpListener would do, but fails to start when a client
/// connects in the moment it begins to listen, as everybody does who waits for a service to come up.
/// </summary>
internal sealed class HttpServer : IDisposable
{
    private static readonly TimeSpan s_requestTimeout = TimeSpan.FromSeconds(10);

    private readonly TcpListener _listener;
    private readonly Func<HttpRequest, Task<(int Status, JsonObject Answer)>> _answer;

    public HttpServer(int port, Func<HttpRequest, Task<(int Status, JsonObject Answer)>> answer)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _answer = answer;
    }

    public void Start() => _listener.Start();

    /// <summary>Serves until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync(stopping), stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // That is the end.
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task AnswerAsync(TcpClient client, CancellationToken stopping)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(s_requestTimeout);
        using (client)
        {
            try
            {
                var begun = Stopwatch.GetTimestamp();
                var stream = client.GetStream();
                if (await HttpRequest.ReadAsync(stream, deadline.Token) is { } request)
                {
                    var (status, answer) = await _answer(request);
                    await WriteAsync(stream, status, answer, deadline.Token);
                    Console.WriteLine($"{DateTime.UtcNow:O} {request.Method} {request.Path} {status} "
                        + $"{Stopwatch.GetElapsedTime(begun).TotalMilliseconds:0} ms");
                }
            }
            catch (FormatException malformed)
            {
                Console.WriteLine($"{DateTime.UtcNow:O} not answered: {malformed.Message}");
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // The client has left, or keeps still for too long.
            }
        }
    }

    private static async Task WriteAsync(
        NetworkStream stream, int status, JsonObject answer, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(answer.ToJsonString());
        var head = $"HTTP/1.1 {status} {(HttpStatusCode)status}\r\nContent-Type: application/json\r\n"
            + $"Cache-Control: no-store\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. body], cancellationToken);
    }
}
