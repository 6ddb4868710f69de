using System.Diagnostics;
using System.Text.Json;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Tests.Chatbot;

/// <summary>The sample app in a folder of its own, run as a user runs it; stopped at the end.</summary>
internal sealed class ChatbotApp : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new();

    public string Folder => _folder.Path;

    public string Current => Directory.ResolveLinkTarget(_folder["current"], returnFinalTarget: true)!.FullName;

    public RollbackSettings Settings =>
        RollbackConfiguration.Read(new ConfigurationRequest { StartFolder = Folder }).Settings;

    /// <summary>Its releases' folders, oldest first.</summary>
    public IReadOnlyList<string> Releases =>
        [.. Directory.EnumerateDirectories(_folder["releases"]).Order(StringComparer.Ordinal)];

    public static async Task<ChatbotApp> LaidOutAsync()
    {
        var app = new ChatbotApp();
        try
        {
            await app.SucceedAsync("lay-out", app.Folder);
            return app;
        }
        catch
        {
            app.Dispose();
            throw;
        }
    }

    public static async Task<Ran> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "chatbot.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // No home, no settings of a user's: nothing but the SDK and git may be needed.
        start.Environment["HOME"] = "/nonexistent";
        using var process = Process.Start(start)!;
        // To the end of the pipes: a service that held them would keep this waiting for ever.
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await Task.WhenAll(output, errors, process.WaitForExitAsync()).WaitAsync(TimeSpan.FromSeconds(60));
        return new Ran(process.ExitCode, await output, await errors);
    }

    /// <summary>Whether a process runs. One that has ended and was not yet collected by the system does not.</summary>
    public static bool IsRunning(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited
                && !(File.Exists($"/proc/{processId}/cmdline") && File.ReadAllBytes($"/proc/{processId}/cmdline").Length == 0);
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or IOException)
        {
            return false;
        }
    }

    public async Task<Ran> SucceedAsync(params string[] arguments)
    {
        var ran = await RunAsync(arguments);
        Assert.True(ran.ExitCode == 0, $"exit code {ran.ExitCode}: {ran.Output}{ran.Errors}");
        return ran;
    }

    public async Task<Health> HealthAsync()
    {
        using var answer = await _client.GetAsync(new Uri(Settings.Health.Addresses[0], "health"));
        var health = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return new Health(
            (int)answer.StatusCode,
            health.GetProperty("release").GetString()!,
            health.GetProperty("processId").GetInt32(),
            health.GetProperty("startedAt").GetDateTimeOffset());
    }

    public async Task<(int Status, string Body)> ChatAsync(string body)
    {
        using var content = new StringContent(body);
        using var answer = await _client.PostAsync(new Uri(Settings.Health.Addresses[0], "api/chat"), content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public void SwitchTo(string release)
    {
        File.Delete(_folder["current"]);
        File.CreateSymbolicLink(_folder["current"], Path.Combine("releases", Path.GetFileName(release)));
    }

    public void Dispose()
    {
        // With nothing laid out there is nothing to stop, and the command says so.
        RunAsync("stop", Folder).GetAwaiter().GetResult();
        _client.Dispose();
        _folder.Dispose();
    }

    internal sealed record Ran(int ExitCode, string Output, string Errors);

    internal sealed record Health(int Status, string Release, int ProcessId, DateTimeOffset StartedAt);
}
