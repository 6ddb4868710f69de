using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Chatbot;

/// <summary>The service: <c>GET /health</c> and <c>POST /api/chat</c>, behaving as the release it lies in says.</summary>
internal static class Service
{
    public static async Task<int> RunAsync(int port)
    {
        var release = Json.Read(Path.Combine(AppContext.BaseDirectory, Release.FileName), Json.Default.Release);
        var behaviour = Json.Read(Path.Combine(AppContext.BaseDirectory, Behaviour.FileName), Json.Default.Behaviour)
            ?? new Behaviour(200, 200, 0, "Hello!");
        var startedAt = DateTimeOffset.UtcNow;
        using var listener = new HttpListener();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        using var stopping = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, listener, stopping));
        // A service outlives the terminal it was started from.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => signal.Cancel = true);
        while (!stopping.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception ended) when (stopping.IsCancellationRequested
                && ended is HttpListenerException or ObjectDisposedException)
            {
                break;
            }

            _ = AnswerAsync(context, release, behaviour, startedAt);
        }

        return 0;
    }

    private static void Stop(PosixSignalContext signal, HttpListener listener, CancellationTokenSource stopping)
    {
        signal.Cancel = true;
        stopping.Cancel();
        listener.Stop();
    }

    private static async Task AnswerAsync(
        HttpListenerContext context, Release? release, Behaviour behaviour, DateTimeOffset startedAt)
    {
        try
        {
            await Task.Delay(behaviour.DelayMilliseconds);
            var (status, answer) = (context.Request.HttpMethod, context.Request.Url?.AbsolutePath) switch
            {
                ("GET", "/health") => (behaviour.HealthStatus, Health(release, behaviour, startedAt)),
                ("POST", "/api/chat") => await ChatAsync(context.Request, release, behaviour),
                _ => (404, new JsonObject { ["error"] = "not found" }),
            };
            var body = Encoding.UTF8.GetBytes(answer.ToJsonString());
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            context.Response.Headers["Cache-Control"] = "no-store";
            context.Response.ContentLength64 = body.Length;
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
        catch (Exception gone) when (gone is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The client has left.
        }
    }

    private static JsonObject Health(Release? release, Behaviour behaviour, DateTimeOffset startedAt) => new()
    {
        ["status"] = behaviour.HealthStatus == 200 ? "ok" : "error",
        ["release"] = release?.Id,
        ["commit"] = release?.Commit,
        ["startedAt"] = startedAt.ToString("O"),
        ["processId"] = Environment.ProcessId,
    };

    private static async Task<(int Status, JsonObject Answer)> ChatAsync(
        HttpListenerRequest request, Release? release, Behaviour behaviour)
    {
        if (behaviour.ChatStatus != 200)
        {
            return (behaviour.ChatStatus, new JsonObject { ["error"] = "the model did not answer" });
        }

        try
        {
            using var reader = new StreamReader(request.InputStream, Encoding.UTF8);
            var message = JsonNode.Parse(await reader.ReadToEndAsync())?["message"]?.GetValue<string>();
            return message is null
                ? (400, new JsonObject { ["error"] = "message is missing" })
                : (200, new JsonObject { ["reply"] = $"{behaviour.Greeting} You said: {message}", ["release"] = release?.Id });
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return (400, new JsonObject { ["error"] = "the body is no JSON object" });
        }
    }
}
