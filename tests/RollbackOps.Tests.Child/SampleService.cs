using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RollbackOps.Tests.Child;

/// <summary>
/// A small real service: a process that answers, on loopback, the release that <c>current</c> led to when it started.
/// </summary>
public static class SampleService
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    // A test run that is itself killed must not leave services behind for ever.
    private static readonly TimeSpan s_longestLife = TimeSpan.FromMinutes(5);

    public static string PidFile(string root) => Path.Combine(root, "service.pid");

    /// <summary>Serves until it is killed.</summary>
    public static async Task<int> ServeAsync(string root, int port)
    {
        var release = Path.GetFileName(new DirectoryInfo(Path.Combine(root, "current")).LinkTarget);
        var startedAt = DateTimeOffset.UtcNow.ToString("o", CultureInfo.InvariantCulture);
        var body = $$"""{"release":"{{release}}","startedAt":"{{startedAt}}"}""";
        var answer = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
        using var listener = await ListenAsync(port);
        Console.Out.WriteLine("ready");
        using var life = new CancellationTokenSource(s_longestLife);
        while (!life.IsCancellationRequested)
        {
            using var connection = await listener.AcceptSocketAsync(life.Token);
            try
            {
                var request = new byte[4096];
                _ = await connection.ReceiveAsync(request, life.Token);
                await connection.SendAsync(answer, life.Token);
                connection.Shutdown(SocketShutdown.Both);
            }
            catch (SocketException)
            {
                // The caller is gone; the next one is served.
            }
        }

        return 0;
    }

    /// <summary>Stops the service that runs and starts another; returns when it listens.</summary>
    public static async Task<int> RestartAsync(string root, int port)
    {
        Stop(root);
        // Its own pipes: the service must not hold those of whoever runs this command.
        var start = new ProcessStartInfo(SampleSettings.Dotnet)
        {
            ArgumentList = { SampleSettings.Assembly, "serve", root, port.ToString(CultureInfo.InvariantCulture) },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var service = Process.Start(start)!;
        await File.WriteAllTextAsync(PidFile(root), string.Create(
            CultureInfo.InvariantCulture, $"{service.Id} {service.StartTime.ToUniversalTime().Ticks}"));
        var line = await service.StandardOutput.ReadLineAsync();
        return line == "ready" ? 0 : 1;
    }

    /// <summary>Stops the service that runs, if one does.</summary>
    public static void Stop(string root)
    {
        if (!File.Exists(PidFile(root)))
        {
            return;
        }

        var parts = File.ReadAllText(PidFile(root)).Split(' ');
        try
        {
            using var process = Process.GetProcessById(int.Parse(parts[0], CultureInfo.InvariantCulture));
            // The number may belong to another process by now.
            var startedAt = new DateTime(long.Parse(parts[1], CultureInfo.InvariantCulture), DateTimeKind.Utc);
            if ((process.StartTime.ToUniversalTime() - startedAt).Duration() < TimeSpan.FromSeconds(1))
            {
                process.Kill();
            }
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // It has ended.
        }

        File.Delete(PidFile(root));
    }

    /// <summary>The predecessor was killed a moment ago; its port is free once the operating system has cleared it away.</summary>
    private static async Task<TcpListener> ListenAsync(int port)
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return listener;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(begun) < s_patience)
            {
                listener.Dispose();
                await Task.Delay(10);
            }
        }
    }
}
