using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Chatbot;

/// <summary>The service: <c>GET /health</c>, <c>GET /build.json</c> and <c>POST /api/chat</c>, behaving as the release it lies in says.</summary>
internal sealed class Service
{
    private readonly Release? _release = Json.Read(
        Path.Combine(AppContext.BaseDirectory, Release.FileName), Json.Default.Release);

    private readonly Behaviour _behaviour = Json.Read(
        Path.Combine(AppContext.BaseDirectory, Behaviour.FileName), Json.Default.Behaviour) ?? Behaviour.Healthy;

    private readonly DateTime _startedAt = DateTime.UtcNow;

    /// <summary>Serves until it is told to end.</summary>
    /// <param name="port">The loopback port.</param>
    /// <param name="isDetached">Whether to outlive the terminal it was started from.</param>
    public static async Task<int> RunAsync(int port, bool isDetached)
    {
        if (isDetached)
        {
            Posix.LeaveSession();
        }

        var service = new Service();
        using var stopping = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var server = new HttpServer(port, service.AnswerAsync);
        server.Start();
        Console.WriteLine($"{DateTime.UtcNow:O} {service._release?.Id} serves at http://127.0.0.1:{port}/ "
            + $"(process {Environment.ProcessId})");
        await server.RunAsync(stopping.Token);
        Console.WriteLine($"{DateTime.UtcNow:O} {service._release?.Id} ends");
        return 0;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }
    }

    private async Task<(int Status, JsonObject Answer)> AnswerAsync(HttpRequest request)
    {
        await Task.Delay(_behaviour.DelayMilliseconds);
        return (request.Method, request.Path) switch
        {
            ("GET", "/health") => (_behaviour.HealthStatus, Health()),
            ("GET", "/build.json") => (200, Build()),
            ("POST", "/api/chat") => Chat(request.Body),
            _ => (404, Error("not found")),
        };
    }

    private JsonObject Health() => new()
    {
        ["status"] = _behaviour.HealthStatus == 200 ? "ok" : "error",
        ["release"] = _release?.Id,
        ["commit"] = _release?.Commit,
        ["startedAt"] = _startedAt.ToString("O"),
        ["processId"] = Environment.ProcessId,
    };

    // A file as a build leaves it: every release has its own, and it says nothing of who serves it.
    private JsonObject Build() => new() { ["built"] = _release?.Subject };

    private (int Status, JsonObject Answer) Chat(string body)
    {
        if (_behaviour.ChatStatus != 200)
        {
            return (_behaviour.ChatStatus, Error("the model did not answer"));
        }

        try
        {
            return JsonNode.Parse(body)?["message"]?.GetValue<string>() is { } message
                ? (200, new JsonObject
                {
                    ["reply"] = $"{_behaviour.Greeting} You said: {message}",
                    ["release"] = _release?.Id,
                })
                : (400, Error("message is missing"));
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return (400, Error("the body is no JSON object with a message"));
        }
    }

    private static JsonObject Error(string why) => new() { ["error"] = why };
}
