using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Chatbot;

/// <summary>Lays out a release directory with a history: three good releases, one that failed to build, a broken one that is live.</summary>
internal static class Layout
{
    private const string Marker = ".chatbot-example";

    private static readonly (TimeSpan Age, string Subject, string State, string? Error, Behaviour Behaviour)[] s_history =
    [
        (TimeSpan.FromDays(9), "✅ PROD: first public version", "ready", null, new Behaviour(200, 200, 0, "Hello!")),
        (TimeSpan.FromDays(6), "✅ PROD: remember the conversation", "ready", null, new Behaviour(200, 200, 5, "Hi!")),
        (TimeSpan.FromDays(3), "✅ PROD: faster answers", "ready", null, new Behaviour(200, 200, 0, "Hello again!")),
        (TimeSpan.FromHours(2), "PROD: new model client", "failed", "build: the type 'ModelClient' could not be found",
            new Behaviour(500, 500, 0, "")),
        (TimeSpan.FromMinutes(10), "PROD: new model client, builds again", "ready", null, new Behaviour(500, 500, 400, "")),
    ];

    public static async Task<int> CreateAsync(string folder, int? port)
    {
        Clear(folder);
        Directory.CreateDirectory(Path.Combine(folder, "shared"));
        File.WriteAllText(Path.Combine(folder, Marker), "Laid out by the chatbot example; safe to delete.\n");
        var repository = Path.Combine(folder, "repo");
        Git(folder, "init", "--quiet", "--initial-branch=main", "repo");
        var now = DateTimeOffset.UtcNow;
        var revisions = new List<string>();
        Release? last = null;
        foreach (var (age, subject, state, error, behaviour) in s_history)
        {
            var at = now - age;
            var commit = Commit(repository, at, subject, behaviour);
            var release = new Release(
                at.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture), commit, subject, "Ada", "main", at, state, error);
            Write(folder, release, behaviour);
            if (state == "ready")
            {
                revisions.Add($"Branch main (at {commit[..7]}) deployed as release {release.Id} by deploy");
                last = release;
            }
        }

        File.WriteAllLines(Path.Combine(folder, "revisions.log"), revisions);
        File.CreateSymbolicLink(Path.Combine(folder, "current"), Path.Combine("releases", last!.Id));
        File.WriteAllText(Path.Combine(folder, "rollback.json"), Configuration(port ?? FreePort()));
        Console.WriteLine($"chatbot: laid out {s_history.Length} deployments in {folder}");
        return await ServiceControl.StartAsync(folder);
    }

    private static void Clear(string folder)
    {
        if (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            return;
        }

        if (!File.Exists(Path.Combine(folder, Marker)))
        {
            throw new InvalidOperationException($"'{folder}' is not empty, and not a folder this example laid out.");
        }

        ServiceControl.Stop(folder);
        Directory.Delete(folder, recursive: true);
    }

    private static void Write(string folder, Release release, Behaviour behaviour)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, "releases", release.Id)).FullName;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "chatbot.*"))
        {
            File.Copy(file, Path.Combine(place, Path.GetFileName(file)));
        }

        File.WriteAllBytes(Path.Combine(place, Release.FileName),
            JsonSerializer.SerializeToUtf8Bytes(release, Json.Default.Release));
        File.WriteAllBytes(Path.Combine(place, Behaviour.FileName),
            JsonSerializer.SerializeToUtf8Bytes(behaviour, Json.Default.Behaviour));
        File.WriteAllText(Path.Combine(place, "REVISION"), release.Commit + "\n");
        File.WriteAllText(Path.Combine(place, "build.log"),
            $"restore ok\ncompile {(release.Error is null ? "ok" : "failed")}\n{release.Error ?? "package ok"}\n");
    }

    private static string Commit(string repository, DateTimeOffset at, string subject, Behaviour behaviour)
    {
        File.WriteAllText(Path.Combine(repository, "behaviour.json"),
            JsonSerializer.Serialize(behaviour, Json.Default.Behaviour) + "\n");
        File.AppendAllText(Path.Combine(repository, "CHANGES.md"), $"- {subject}\n");
        Git(repository, "add", "--all");
        var date = at.ToString("yyyy-MM-ddTHH:mm:ssK", CultureInfo.InvariantCulture);
        Git(repository, "-c", "user.name=Ada", "-c", "user.email=ada@example.invalid", "-c", "commit.gpgsign=false",
            "-c", "core.hooksPath=.no-hooks", "commit", "--quiet", $"--date={date}", $"--message={subject}");
        return Git(repository, "rev-parse", "HEAD").Trim();
    }

    private static string Git(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"git {arguments[0]} failed: {errors.Result}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Configuration(int port) =>
        $$"""
        {
          "project": "chatbot",
          "platform": {
            "type": "releaseDirectory",
            "root": ".",
            "activate": { "command": ["dotnet", "current/chatbot.dll", "restart", "."] },
            "probe": { "command": ["dotnet", "{release}/chatbot.dll", "serve", "--port", "{port}"] }
          },
          "repository": { "path": "repo" },
          "health": {
            "addresses": ["http://127.0.0.1:{{port}}/"],
            "checks": [
              {
                "name": "health",
                "path": "/health",
                "signal": "serviceDown",
                "identity": { "json": "$.release", "is": "id", "startedAt": "$.startedAt" }
              },
              {
                "name": "chat",
                "method": "POST",
                "path": "/api/chat",
                "body": { "message": "Hello" },
                "json": { "$.reply": "*" }
              }
            ]
          },
          "reports": { "owner": "Ada" }
        }

        """;
}
