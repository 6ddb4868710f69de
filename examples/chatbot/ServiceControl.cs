using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Chatbot;

/// <summary>Starts and stops the service of a release directory as a process of its own.</summary>
internal sealed class ServiceControl
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(20);

    // The text is the shell's, every value an argument of it: standard input and output of its own, then the service
    // takes the shell's place and keeps its process number.
    private const string WithOwnOutput = """log=$1; shift; exec "$@" </dev/null >>"$log" 2>&1""";

    private readonly string _folder;
    private readonly string _shared;
    private readonly string _stateFile;
    private readonly string _log;

    public ServiceControl(string folder)
    {
        _folder = Path.GetFullPath(folder);
        _shared = Path.Combine(_folder, "shared");
        _stateFile = Path.Combine(_shared, "chatbot.json");
        _log = Path.Combine(_shared, "log", "chatbot.log");
        if (!File.Exists(ConfigurationFile))
        {
            throw new InvalidOperationException($"'{_folder}' holds no rollback.json; lay it out first.");
        }
    }

    private string ConfigurationFile => Path.Combine(_folder, "rollback.json");

    public async Task<int> StartAsync()
    {
        using var taken = await ServiceLock.TakeAsync(_shared);
        if (Json.Read(_stateFile, Json.Default.RunningService) is { } running && running.IsRunning())
        {
            Console.WriteLine($"chatbot: process {running.ProcessId} serves already at {Address(running.Port)}");
            return 0;
        }

        await LaunchAsync();
        return 0;
    }

    public async Task<int> RestartAsync()
    {
        using var taken = await ServiceLock.TakeAsync(_shared);
        await EndAsync();
        await LaunchAsync();
        return 0;
    }

    public async Task<int> StopAsync()
    {
        using var taken = await ServiceLock.TakeAsync(_shared);
        await EndAsync();
        return 0;
    }

    private async Task LaunchAsync()
    {
        var port = ReadPort();
        var release = ReadCurrent();
        Directory.CreateDirectory(Path.GetDirectoryName(_log)!);
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = release };
        foreach (var argument in (string[])["-c", WithOwnOutput, "sh", _log,
            DotNet, Path.Combine(release, "chatbot.dll"), "serve", "--port", Text(port), Options.Detached])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var running = RunningService.Of(process, port);
        // Before anything is waited for: a service that nobody knows of could not be stopped.
        Json.Write(_stateFile, running, Json.Default.RunningService);
        try
        {
            await AwaitAnswerAsync(process, port);
        }
        catch (InvalidOperationException)
        {
            await running.EndAsync();
            File.Delete(_stateFile);
            throw;
        }

        Console.WriteLine($"chatbot: {Path.GetFileName(release)} serves at {Address(port)} (process {process.Id})");
    }

    private async Task EndAsync()
    {
        if (Json.Read(_stateFile, Json.Default.RunningService) is { } running && running.IsRunning())
        {
            await running.EndAsync();
            Console.WriteLine($"chatbot: stopped process {running.ProcessId}");
        }
        else
        {
            Console.WriteLine("chatbot: was not running");
        }

        File.Delete(_stateFile);
    }

    /// <summary>Waits until this very process answers, with any status: somebody else may sit on the port.</summary>
    private async Task AwaitAnswerAsync(Process process, int port)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        var begun = Stopwatch.GetTimestamp();
        while (await AskAsync(client, port) != process.Id)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException(
                    $"the service cannot serve at {Address(port)}; the last line of '{_log}' says: {File.ReadLines(_log).LastOrDefault()}");
            }

            if (Stopwatch.GetElapsedTime(begun) > s_patience)
            {
                throw new InvalidOperationException(
                    $"the service does not answer at {Address(port)} after {s_patience.TotalSeconds:0} s; see '{_log}'.");
            }

            await Task.Delay(s_poll);
        }
    }

    private static async Task<int?> AskAsync(HttpClient client, int port)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(Address(port) + "health"));
            return (int?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())?["processId"];
        }
        catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException or JsonException
            or InvalidOperationException)
        {
            return null;
        }
    }

    private int ReadPort()
    {
        try
        {
            var configuration = JsonNode.Parse(File.ReadAllText(ConfigurationFile));
            return new Uri((string)configuration!["health"]!["addresses"]![0]!).Port;
        }
        catch (Exception malformed) when (malformed is JsonException or NullReferenceException or FormatException
            or InvalidOperationException or ArgumentException)
        {
            throw new InvalidOperationException($"'{ConfigurationFile}' names no address to serve at.", malformed);
        }
    }

    /// <summary>The release that serves, by its real path: the process must not follow the link when it is switched.</summary>
    private string ReadCurrent()
    {
        var link = Path.Combine(_folder, "current");
        return Directory.ResolveLinkTarget(link, returnFinalTarget: true) is { Exists: true } release
            ? release.FullName
            : throw new InvalidOperationException($"'{link}' is no link to a release.");
    }

    /// <summary>The program that runs this one, which need not be on the path.</summary>
    private static string DotNet =>
        Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet";

    private static string Address(int port) => $"http://127.0.0.1:{Text(port)}/";

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
