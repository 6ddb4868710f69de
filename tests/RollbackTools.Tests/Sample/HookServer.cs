using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RollbackTools.Tests.Sample;

/// <summary>A webhook: keeps the bodies that it takes.</summary>
internal sealed class HookServer : IDisposable
{
    private readonly HttpListener _listener = Listen();

    public HookServer() => _ = Task.Run(AnswerAsync);

    public string Address => _listener.Prefixes.Single() + "hook";

    /// <summary>The status that it answers with; what is no 200 is not taken.</summary>
    public int Status { get; set; } = 200;

    /// <summary>What it took, in order.</summary>
    public ConcurrentQueue<string> Bodies { get; } = new();

    public void Dispose() => _listener.Close();

    private static HttpListener Listen()
    {
        while (true)
        {
            int port;
            using (var probe = new TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                port = ((IPEndPoint)probe.LocalEndpoint).Port;
            }

            var listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
            try
            {
                listener.Start();
                return listener;
            }
            catch (HttpListenerException)
            {
                // Somebody else's by now; the next one.
            }
        }
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var body = await reader.ReadToEndAsync();
                if (Status == 200)
                {
                    Bodies.Enqueue(body);
                }

                context.Response.StatusCode = Status;
                context.Response.Close();
            }
        }
        catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
