using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RollbackOps.Adapters.Tests.Samples;

namespace RollbackOps.Adapters.Tests.Peers;

/// <summary>A server of the npm registry in a process of its own, on this machine only.</summary>
internal sealed class PeerServer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private PeerServer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Starts it, and waits until it says that it listens.</summary>
    /// <param name="script">The script below <c>node_modules</c>.</param>
    /// <param name="ready">What its output holds once it listens.</param>
    /// <param name="arguments">The arguments for a port.</param>
    public static async Task<PeerServer> StartAsync(string script, string ready, Func<int, IEnumerable<string>> arguments)
    {
        for (var tries = 1; ; tries++)
        {
            var port = FreePort.Find();
            var start = new ProcessStartInfo("node",
            [
                "--require", Path.Combine(AppContext.BaseDirectory, "Peers", "loopback.cjs"),
                Path.Combine(OutsiderFactAttribute.Folder!, "node_modules", script),
                .. arguments(port),
            ])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
                WorkingDirectory = Path.GetTempPath(),
            };
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            if (await IsReadyAsync(process, ready) && await TakesConnectionsAsync(process, port))
            {
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return new PeerServer(process, port);
            }

            await EndAsync(process);
            // A port that was free a moment ago may be somebody else's by now.
            Assert.True(tries < 3, $"{script} does not start: {await errors}");
        }
    }

    public async ValueTask DisposeAsync() => await EndAsync(_process);

    private static async Task<bool> IsReadyAsync(Process process, string ready)
    {
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.Contains(ready, StringComparison.Ordinal))
                {
                    return true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It says nothing more.
        }

        return false;
    }

    /// <summary>Some say so a moment before they do.</summary>
    private static async Task<bool> TakesConnectionsAsync(Process process, int port)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (!process.HasExited && !patience.IsCancellationRequested)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
                return true;
            }
            catch (SocketException)
            {
                await Task.Yield();
            }
        }

        return false;
    }

    private static async Task EndAsync(Process process)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
