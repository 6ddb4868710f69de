using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace RollbackOps.Bench.Watching;

/// <summary>
/// The automatic rollback as users meet it: the sample app on a release directory, the loop of examples/systemd in a process
/// of its own, and a client that asks all the while. What counts is the client's first failing and its first good answer.
/// </summary>
internal static class OutageRun
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private static string Chatbot => Path.Combine(Checkout.Root, "examples", "chatbot", "bin", "chatbot.dll");

    /// <summary>Runs.</summary>
    /// <param name="rounds">How often each.</param>
    public static async Task RunAsync(int rounds)
    {
        foreach (var (name, dies) in new[] { ("answers with errors from the start", false), ("its process dies while it bakes", true) })
        {
            var seconds = new List<double>();
            for (var round = 0; round < rounds; round++)
            {
                seconds.Add(await OnceAsync(dies));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}: {seconds[^1]:0.0} s"));
            }

            Figures.Print($"{name}: first failing answer to first good one (s)", seconds);
        }
    }

    private static async Task<double> OnceAsync(bool dies)
    {
        var folder = Directory.CreateTempSubdirectory("rollbackops-outage-").FullName;
        try
        {
            Run("dotnet", Chatbot, "lay-out", folder);
            var good = KeepGood(folder);
            Run("dotnet", Chatbot, "restart", folder);
            var address = (string)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "rollback.json")))!["health"]!["addresses"]![0]!;
            using var watch = StartWatch(folder);
            await AwaitAsync(watch, "Waiting");
            await using var client = new AskingClient(new Uri(new Uri(address), "health"));
            Deploy(folder, good, isBroken: !dies);
            if (dies)
            {
                await AwaitAsync(watch, "Baking");
                await client.AwaitGoodAsync(s_patience);
                client.Forget();
                Run("kill", "-9", (await client.ReadProcessIdAsync()).ToString(CultureInfo.InvariantCulture));
            }

            await AwaitAsync(watch, "RolledBack");
            Run("kill", "-s", "INT", watch.Id.ToString(CultureInfo.InvariantCulture));
            await watch.WaitForExitAsync();
            return client.Outage().TotalSeconds;
        }
        finally
        {
            Run("dotnet", Chatbot, "stop", folder);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Leaves the good releases of the sample's history, the newest of them live.</summary>
    private static string KeepGood(string folder)
    {
        var releases = Path.Combine(folder, "releases");
        foreach (var id in Directory.GetDirectories(releases).Where(path => (int)Behaviour(path)["healthStatus"]! != 200))
        {
            Directory.Delete(id, recursive: true);
        }

        var kept = Directory.GetDirectories(releases).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToList();
        var log = Path.Combine(folder, "revisions.log");
        File.WriteAllLines(log, File.ReadAllLines(log).Where(line => kept.Exists(id => line.Contains(id, StringComparison.Ordinal))));
        Link(folder, kept[^1]);
        return kept[^1];
    }

    /// <summary>As a deploy script does: a folder, a link switched in one step, a restart.</summary>
    private static void Deploy(string folder, string from, bool isBroken)
    {
        var now = DateTimeOffset.UtcNow;
        var id = now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        var (source, target) = (Path.Combine(folder, "releases", from), Path.Combine(folder, "releases", id));
        Directory.CreateDirectory(target);
        foreach (var file in Directory.GetFiles(source))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        var release = JsonNode.Parse(File.ReadAllText(Path.Combine(target, "release.json")))!;
        (release["id"], release["createdAt"], release["subject"]) = (id, now.ToString("O", CultureInfo.InvariantCulture), "PROD: the next one");
        File.WriteAllText(Path.Combine(target, "release.json"), release.ToJsonString());
        var behaviour = Behaviour(target);
        behaviour["healthStatus"] = isBroken ? 500 : 200;
        File.WriteAllText(Path.Combine(target, "behaviour.json"), behaviour.ToJsonString());
        File.AppendAllText(Path.Combine(folder, "revisions.log"), $"Branch main (at {((string)release["commit"]!)[..7]}) deployed as release {id} by deploy\n");
        Link(folder, id);
        Run("dotnet", Chatbot, "restart", folder);
    }

    private static JsonNode Behaviour(string release) => JsonNode.Parse(File.ReadAllText(Path.Combine(release, "behaviour.json")))!;

    private static void Link(string folder, string id)
    {
        var next = Path.Combine(folder, "current.next");
        File.CreateSymbolicLink(next, Path.Combine("releases", id));
        Run("mv", "-T", next, Path.Combine(folder, "current"));
    }

    private static Process StartWatch(string folder)
    {
        var shell = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src", "RollbackTools.Shell", "bin"), "rollback-shell.dll", SearchOption.AllDirectories)
            .OrderByDescending(File.GetLastWriteTimeUtc).First();
        return Process.Start(new ProcessStartInfo("dotnet", [shell, "-File", Path.Combine(Checkout.Root, "examples", "systemd", "watch.ps1")])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        })!;
    }

    private static async Task AwaitAsync(Process watch, string phase)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (await watch.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Contains($" {phase}:", StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"The watch ended before it said {phase}.");
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }
}
