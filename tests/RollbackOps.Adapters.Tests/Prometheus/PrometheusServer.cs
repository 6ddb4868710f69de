using System.Diagnostics;
using RollbackOps.Adapters.Tests.Samples;

namespace RollbackOps.Adapters.Tests.Prometheus;

/// <summary>A real Prometheus on this machine only, with data that promtool put into its database before it began.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _folder;

    private PrometheusServer(Process process, string folder, int port)
    {
        _process = process;
        _folder = folder;
        Address = new Uri($"http://127.0.0.1:{port}");
    }

    public Uri Address { get; }

    /// <summary>Starts it, and waits until it says that it is ready.</summary>
    public static async Task<PrometheusServer> StartAsync(OpenMetrics data)
    {
        var folder = Directory.CreateTempSubdirectory("prometheus-").FullName;
        var (text, database) = (Path.Combine(folder, "data.om"), Path.Combine(folder, "data"));
        await File.WriteAllTextAsync(text, data.ToString());
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), "global: {}\n");
        using (var filling = Start("promtool", ["tsdb", "create-blocks-from", "openmetrics", text, database], folder))
        {
            var errors = await filling.StandardError.ReadToEndAsync();
            await filling.WaitForExitAsync();
            Assert.True(filling.ExitCode == 0, $"promtool fails: {errors}");
        }

        for (var tries = 1; ; tries++)
        {
            var port = FreePort.Find();
            var process = Start("prometheus",
            [
                $"--config.file={Path.Combine(folder, "prometheus.yml")}",
                $"--storage.tsdb.path={database}",
                "--storage.tsdb.retention.time=100y",
                $"--web.listen-address=127.0.0.1:{port}",
            ], folder);
            var said = new List<string>();
            if (await IsReadyAsync(process, said))
            {
                _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
                return new PrometheusServer(process, folder, port);
            }

            await EndAsync(process);
            // A port that was free a moment ago may be somebody else's by now.
            Assert.True(tries < 3, $"prometheus does not start: {string.Join('\n', said)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(_process);
        Directory.Delete(_folder, recursive: true);
    }

    private static Process Start(string program, IEnumerable<string> arguments, string folder)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        })!;
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        return process;
    }

    private static async Task<bool> IsReadyAsync(Process process, List<string> said)
    {
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            while (await process.StandardError.ReadLineAsync(patience.Token) is { } line)
            {
                said.Add(line);
                if (line.Contains("ready to receive web requests", StringComparison.Ordinal))
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

    private static async Task EndAsync(Process process)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
