using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RollbackOps.Adapters.Tests.Notifications;

/// <summary>A request as it came.</summary>
internal sealed record Seen(string Path, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;
}

/// <summary>
/// Slack's Web API and webhook, PagerDuty's Events API and a webhook of one's own, behind a real socket on this machine. It
/// keeps what it took; what it answers can be spoiled.
/// </summary>
internal sealed class PeopleServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly object _lock = new();
    private int _clock;

    private PeopleServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>Everything that came, in order.</summary>
    public ConcurrentQueue<Seen> Requests { get; } = new();

    /// <summary>Slack's messages, oldest first.</summary>
    public List<JsonObject> Messages { get; } = [];

    /// <summary>Answers in place of the stand-in when it gives true; is told whether the stand-in has taken the request.</summary>
    public Func<HttpContext, Seen, Task<bool>>? Before { get; set; }

    /// <summary>Answers in place of the stand-in after it has taken the request, when it gives true.</summary>
    public Func<HttpContext, Seen, Task<bool>>? After { get; set; }

    public static async Task<PeopleServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new PeopleServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public IReadOnlyList<Seen> To(string path) => [.. Requests.Where(request => request.Path == path)];

    /// <summary>A person does something to Slack's messages, while no request looks at them.</summary>
    public void Change(Action<List<JsonObject>> change)
    {
        lock (_lock)
        {
            change(Messages);
        }
    }

    /// <summary>Answers with a status and a body.</summary>
    public static async Task<bool> SayAsync(HttpContext context, int status, string body, string type = "application/json", string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        await context.Response.WriteAsync(body);
        return true;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var seen = new Seen(context.Request.Path, await reader.ReadToEndAsync(),
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        Requests.Enqueue(seen);
        if (Before is { } before && await before(context, seen))
        {
            return;
        }

        (int Status, string Body, string Type) answer;
        lock (_lock)
        {
            answer = Take(seen);
        }

        if (After is { } after && await after(context, seen))
        {
            return;
        }

        await SayAsync(context, answer.Status, answer.Body, answer.Type);
    }

    private (int Status, string Body, string Type) Take(Seen seen) => seen.Path switch
    {
        "/slack/chat.postMessage" => Json(Post(seen.Json.AsObject())),
        "/slack/chat.update" => Json(Update(seen.Json.AsObject())),
        "/slack/conversations.history" => Json(List(seen, message => message["thread_ts"] is null || (string?)message["thread_ts"] == (string?)message["ts"], newestFirst: true)),
        "/slack/conversations.replies" => Json(List(seen, message =>
            (string?)message["ts"] == Form(seen, "ts") || (string?)message["thread_ts"] == Form(seen, "ts"), newestFirst: false)),
        "/slack/auth.test" => Json(new JsonObject { ["ok"] = true, ["user_id"] = "UBOT" }),
        "/slack-webhook" => (200, "ok", "text/plain"),
        "/v2/enqueue" => (202, """{"status":"success","message":"Event processed","dedup_key":"k"}""", "application/json"),
        "/v2/change/enqueue" => (202, """{"status":"success","message":"Change event processed"}""", "application/json"),
        "/hook" => (204, "", "text/plain"),
        _ => (404, "", "text/plain"),
    };

    private JsonObject Post(JsonObject message)
    {
        message["ts"] = string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}.{++_clock:D6}");
        message["bot_id"] = "B1";
        message["user"] = "UBOT";
        Messages.Add(message);
        return new JsonObject { ["ok"] = true, ["channel"] = (string?)message["channel"], ["ts"] = (string?)message["ts"] };
    }

    private JsonObject Update(JsonObject update)
    {
        if (Messages.Find(message => (string?)message["ts"] == (string?)update["ts"]) is not { } message)
        {
            return new JsonObject { ["ok"] = false, ["error"] = "message_not_found" };
        }

        foreach (var (name, value) in update)
        {
            message[name] = value?.DeepClone();
        }

        return new JsonObject { ["ok"] = true, ["channel"] = (string?)message["channel"], ["ts"] = (string?)message["ts"] };
    }

    private JsonObject List(Seen seen, Func<JsonObject, bool> isWanted, bool newestFirst)
    {
        var wanted = Messages.Where(isWanted).Select(message =>
        {
            var copy = message.DeepClone().AsObject();
            if (Form(seen, "include_all_metadata") != "true")
            {
                copy.Remove("metadata");
            }

            return (JsonNode)copy;
        }).ToList();
        if (newestFirst)
        {
            wanted.Reverse();
        }

        return new JsonObject { ["ok"] = true, ["messages"] = new JsonArray([.. wanted]), ["has_more"] = false };
    }

    private static string? Form(Seen seen, string name) => HttpUtility.ParseQueryString(seen.Body)[name];

    private static (int, string, string) Json(JsonObject answer) => (200, answer.ToJsonString(), "application/json");
}
