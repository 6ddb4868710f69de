using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using RollbackOps.Adapters.Tests.Vercel;

namespace RollbackOps.Bench;

/// <summary>
/// The fake with what a benchmark needs beside the API: <c>/bench/new</c> begins anew, <c>/bench/log</c> tells every
/// request with its times, <c>/site/{alias}/health</c> answers as the deployment that the alias leads to.
/// </summary>
internal sealed class StandIn : IAsyncDisposable
{
    private readonly FakeVercelServer _server;
    private readonly ConcurrentQueue<JsonObject> _log = new();
    private TimeSpan _network;

    private StandIn(FakeVercelServer server)
    {
        _server = server;
        _server.Intercept = AnswerAsync;
    }

    public Uri Address => _server.Address;

    public static async Task<StandIn> StartAsync() =>
        new(await FakeVercelServer.StartAsync(FakeVercel.WithThree(TimeProvider.System)));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<bool> AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        switch (path)
        {
            case "/bench/new":
                _server.Fake = New(context.Request.Query);
                _network = TimeSpan.FromMilliseconds(Number(context.Request.Query, "network"));
                _log.Clear();
                return true;
            case "/bench/log":
                await context.Response.WriteAsync(new JsonArray([.. _log.Select(line => (JsonNode)line.DeepClone())]).ToJsonString());
                return true;
        }

        var begun = DateTimeOffset.UtcNow;
        context.Response.OnCompleted(() =>
        {
            _log.Enqueue(new JsonObject
            {
                ["method"] = context.Request.Method,
                ["path"] = path,
                ["from"] = begun,
                ["to"] = DateTimeOffset.UtcNow,
            });
            return Task.CompletedTask;
        });
        // There and back.
        await Task.Delay(_network);
        if (!path.StartsWith("/site/", StringComparison.Ordinal))
        {
            return false;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(
            new JsonObject { ["release"] = _server.Fake.LeadsTo(path.Split('/')[2]) }.ToJsonString());
        return true;
    }

    /// <summary>Many deployments, an hour each; the last is live and bad.</summary>
    private static FakeVercel New(IQueryCollection query)
    {
        var fake = new FakeVercel(TimeProvider.System)
        {
            JobTime = TimeSpan.FromMilliseconds(Number(query, "job")),
            // No name of a stand-in leads anywhere.
            HasAddresses = false,
        };
        var count = Number(query, "deployments");
        var newest = DateTimeOffset.UtcNow.AddHours(-2);
        for (var i = 0; i < count; i++)
        {
            fake.Deploy(string.Create(CultureInfo.InvariantCulture, $"dpl_{i + 1:00000}"), newest.AddHours(i - count + 1));
        }

        return fake;
    }

    private static int Number(IQueryCollection query, string name) =>
        query[name] is [{ } text] ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
}
