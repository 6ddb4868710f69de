using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Chatbot;

/// <summary>Lays out a release directory with a history, as Capistrano would have left it.</summary>
internal static class Layout
{
    private const string Marker = ".chatbot-example";

    public static async Task<int> CreateAsync(string folder, int? port)
    {
        await ClearAsync(folder);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, Marker), "Laid out by the chatbot example; safe to delete.\n");
        // Early, so that a layout cut off half way can still be stopped and laid out anew.
        File.WriteAllText(Path.Combine(folder, "rollback.json"), Configuration(port ?? FreePort()));
        var repository = new SampleRepository(Path.Combine(folder, "repo"));
        var now = DateTimeOffset.UtcNow;
        var live = string.Empty;
        foreach (var sample in Sample.History)
        {
            var at = now - sample.Age;
            var release = new Release(
                at.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture), repository.Commit(sample, at), sample.Subject,
                sample.Author, "main", at, sample.Error is null ? "ready" : "failed", sample.Error);
            Write(folder, release, sample.Behaviour);
            Console.WriteLine($"chatbot: {release.Id} {release.State,-6} {release.Subject}");
            if (sample.Error is null)
            {
                live = release.Id;
                File.AppendAllText(Path.Combine(folder, "revisions.log"),
                    $"Branch main (at {release.Commit[..7]}) deployed as release {release.Id} by deploy\n");
            }
        }

        File.CreateSymbolicLink(Path.Combine(folder, "current"), Path.Combine("releases", live));
        Console.WriteLine($"chatbot: laid out in {folder}");
        return await new ServiceControl(folder).StartAsync();
    }

    private static async Task ClearAsync(string folder)
    {
        if (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            return;
        }

        if (!File.Exists(Path.Combine(folder, Marker)))
        {
            throw new InvalidOperationException(
                $"'{folder}' is not empty, and not a folder this example laid out; name another one.");
        }

        if (File.Exists(Path.Combine(folder, "rollback.json")))
        {
            await new ServiceControl(folder).StopAsync();
        }

        // The folder itself stays: somebody may stand in it. The marker goes last, or half of it could not be cleared.
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos()
            .Where(entry => entry.Name != Marker))
        {
            if (entry is DirectoryInfo { LinkTarget: null } real)
            {
                real.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }

    private static void Write(string folder, Release release, Behaviour behaviour)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, "releases", release.Id)).FullName;
        foreach (var name in (string[])["chatbot.dll", "chatbot.runtimeconfig.json"])
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, name), Path.Combine(place, name));
        }

        Json.Write(Path.Combine(place, Release.FileName), release, Json.Default.Release);
        Json.Write(Path.Combine(place, Behaviour.FileName), behaviour, Json.Default.Behaviour);
        File.WriteAllText(Path.Combine(place, "REVISION"), release.Commit + "\n");
        File.WriteAllText(Path.Combine(place, "build.log"),
            $"restore ok\ncompile {(release.Error is null ? "ok" : "failed")}\n{release.Error ?? "package ok"}\n");
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
