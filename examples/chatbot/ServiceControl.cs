using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Chatbot;

/// <summary>Starts and stops the service of a release directory as a process of its own.</summary>
internal static class ServiceControl
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    public static async Task<int> RestartAsync(string folder)
    {
        Stop(folder);
        return await StartAsync(folder);
    }

    public static async Task<int> StartAsync(string folder)
    {
        var port = PortOf(folder);
        var link = new DirectoryInfo(Path.Combine(folder, "current"));
        var release = link.ResolveLinkTarget(returnFinalTarget: true)?.FullName
            ?? throw new InvalidOperationException($"'{link.FullName}' is no link to a release.");
        // Its own pipes, which it never writes to: it must not hold those of whoever runs this command.
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(release, "chatbot.dll"), "serve", "--port", $"{port}" },
            WorkingDirectory = release,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        await AwaitListeningAsync(process, port);
        var running = new Running(process.Id, process.StartTime.ToUniversalTime(), port);
        await File.WriteAllBytesAsync(StateFile(folder), JsonSerializer.SerializeToUtf8Bytes(running, Json.Default.Running));
        Console.WriteLine($"chatbot: {Path.GetFileName(release)} serves at http://127.0.0.1:{port}/ (process {process.Id})");
        return 0;
    }

    public static int Stop(string folder)
    {
        if (Json.Read(StateFile(folder), Json.Default.Running) is not { } running)
        {
            return 0;
        }

        try
        {
            using var process = Process.GetProcessById(running.ProcessId);
            // The number may belong to another process by now.
            if ((process.StartTime.ToUniversalTime() - running.StartedAt).Duration() < TimeSpan.FromSeconds(1))
            {
                process.Kill();
                process.WaitForExit(s_patience);
                Console.WriteLine($"chatbot: stopped process {running.ProcessId}");
            }
        }
        catch (ArgumentException)
        {
            // It has ended.
        }

        File.Delete(StateFile(folder));
        return 0;
    }

    private static string StateFile(string folder) => Path.Combine(folder, "shared", "chatbot.json");

    private static int PortOf(string folder)
    {
        using var configuration = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "rollback.json")));
        return new Uri(configuration.RootElement.GetProperty("health").GetProperty("addresses")[0].GetString()!).Port;
    }

    private static async Task AwaitListeningAsync(Process process, int port)
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var connection = new TcpClient();
                await connection.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                // Not yet.
            }

            if (process.HasExited || Stopwatch.GetElapsedTime(begun) > s_patience)
            {
                throw new InvalidOperationException(process.HasExited
                    ? $"the service ended at once: {await process.StandardError.ReadToEndAsync()}"
                    : $"nothing listens on port {port} after {s_patience.TotalSeconds:0} s");
            }

            await Task.Delay(20);
        }
    }
}
