using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RollbackOps.Adapters.Drills;

/// <summary>
/// A small HTTP server on a loopback port. It keeps its port as long as it lives: a service that is down cuts connections off,
/// so that nobody else can get the port meanwhile.
/// </summary>
internal sealed class DrillServer : IAsyncDisposable
{
    private const int LongestHead = 16 * 1024;
    private const int LongestBody = 64 * 1024;

    private readonly TcpListener _listener;
    private readonly Func<DrillExchange, CancellationToken, Task<DrillAnswer?>> _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, Task> _open = [];
    private readonly Task _accepting;

    /// <param name="port">The port, or 0 for any.</param>
    /// <param name="answer">Answers; null cuts the connection off.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public DrillServer(int port, Func<DrillExchange, CancellationToken, Task<DrillAnswer?>> answer)
    {
        _answer = answer;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where it serves.</summary>
    public Uri Address { get; }

    /// <summary>Cuts every open connection off.</summary>
    public void CutOff()
    {
        foreach (var socket in _open.Keys)
        {
            Reset(socket);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        CutOff();
        await Task.WhenAll(_open.Values);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                var serving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _open[socket] = serving.Task;
                _ = ServeAsync(socket, serving);
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // It is being closed, or a client left before it was accepted.
            }
        }
    }

    private async Task ServeAsync(Socket socket, TaskCompletionSource serving)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            var buffer = new byte[LongestHead + LongestBody];
            for (var held = 0; ;)
            {
                if (await ReadAsync(stream, buffer, held) is not { } read)
                {
                    return;
                }

                var (request, length, filled) = read;
                if (await _answer(request, _stop.Token) is not { } answer)
                {
                    Reset(socket);
                    return;
                }

                await stream.WriteAsync(Written(answer), _stop.Token);
                held = filled - length;
                buffer.AsSpan(length, held).CopyTo(buffer);
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException or OperationCanceledException or FormatException)
        {
            // The client has left, was cut off, or speaks something else.
        }
        finally
        {
            _open.TryRemove(socket, out _);
            socket.Dispose();
            serving.SetResult();
        }
    }

    /// <summary>Reads one request; null when the client has closed.</summary>
    private async Task<(DrillExchange Request, int Length, int Filled)?> ReadAsync(NetworkStream stream, byte[] buffer, int filled)
    {
        while (true)
        {
            var end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                var lines = Encoding.ASCII.GetString(buffer, 0, end).Split("\r\n");
                var body = int.Parse(Header(lines, "Content-Length:") ?? "0", NumberStyles.None, CultureInfo.InvariantCulture);
                var length = end + 4 + body;
                if (length > buffer.Length)
                {
                    throw new FormatException("The request is too long.");
                }

                if (filled >= length)
                {
                    var words = lines[0].Split(' ');
                    return words.Length < 2
                        ? throw new FormatException("That is no request.")
                        : (new DrillExchange(words[0], words[1], Header(lines, "X-Client:") ?? string.Empty, Encoding.UTF8.GetString(buffer, end + 4, body)), length, filled);
                }
            }

            if (filled == buffer.Length)
            {
                throw new FormatException("The request is too long.");
            }

            var count = await stream.ReadAsync(buffer.AsMemory(filled), _stop.Token);
            if (count == 0)
            {
                return null;
            }

            filled += count;
        }
    }

    private static string? Header(string[] lines, string name) => lines.Skip(1)
        .FirstOrDefault(line => line.StartsWith(name, StringComparison.OrdinalIgnoreCase))?[name.Length..].Trim();

    private static byte[] Written(DrillAnswer answer)
    {
        var body = Encoding.UTF8.GetBytes(answer.Body);
        var head = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {answer.Status} {(HttpStatusCode)answer.Status}\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n"
            + $"X-Release: {answer.Release}\r\nX-Delay: {answer.Delay.Ticks.ToString(CultureInfo.InvariantCulture)}\r\nContent-Length: {body.Length}\r\n\r\n");
        return [.. head, .. body];
    }

    /// <summary>Cut off, and not closed: the client sees at once that nobody answers.</summary>
    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }
}
