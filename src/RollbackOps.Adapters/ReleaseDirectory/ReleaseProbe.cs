using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Polly.Timeout;
using RollbackOps.Adapters.Processes;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.ReleaseDirectory;

/// <summary>
/// A release at an address of its own (S6): started by the configured probe command on a free loopback port, and
/// stopped when the probe is over.
/// </summary>
internal sealed class ReleaseProbe : ITargetAddress
{
    private readonly Process _process;
    private readonly CancellationTokenSource _pipes = new();
    private readonly Task _reading;
    private readonly OutputTail _tail = new();

    private ReleaseProbe(Process process, Uri address)
    {
        _process = process;
        Address = address;
        _reading = Task.WhenAll(
            _tail.ReadAsync(process.StandardOutput, _pipes.Token), _tail.ReadAsync(process.StandardError, _pipes.Token));
    }

    public Uri Address { get; }

    /// <summary>Starts a release and waits until it accepts connections.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.ActivationFailed"/>: it ended, or never answered.</exception>
    public static async Task<ReleaseProbe> StartAsync(
        CommandRunner runner,
        CommandSettings command,
        string root,
        string release,
        string id,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var port = FreePort();
        var process = await runner.StartAsync(command, root,
            new Dictionary<string, string>
            {
                ["{port}"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["{release}"] = release,
                ["{id}"] = id,
            },
            cancellationToken);
        var probe = new ReleaseProbe(process, new Uri($"http://127.0.0.1:{port}/"));
        try
        {
            await probe.AwaitListeningAsync(id, port, command.Timeout, clock, cancellationToken);
            return probe;
        }
        catch
        {
            await probe.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }

        await _pipes.CancelAsync();
        await _reading;
        _process.Dispose();
        _pipes.Dispose();
    }

    private async Task AwaitListeningAsync(
        string id, int port, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            await Polling.Until<SocketException>(patience, () => _process.HasExited, clock).ExecuteAsync(
                async token =>
                {
                    using var connection = new TcpClient();
                    await connection.ConnectAsync(IPAddress.Loopback, port, token);
                },
                cancellationToken);
        }
        catch (Exception failure) when (failure is SocketException or TimeoutRejectedException)
        {
            throw new RollbackOpsException(ErrorId.ActivationFailed,
                $"The release '{id}' does not start at an address of its own: "
                + (_process.HasExited ? $"the probe command ended with exit code {_process.ExitCode}" : $"nothing listens on its port after {patience.TotalSeconds:0} s")
                + (_tail.ToString() is { Length: > 0 } said ? $"; it said: {said}" : "."),
                "Run platform.probe by hand, or leave it out of rollback.json.", id, failure);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
