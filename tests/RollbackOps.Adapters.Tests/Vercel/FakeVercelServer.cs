using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace RollbackOps.Adapters.Tests.Vercel;

/// <summary>The fake behind a real socket on this machine.</summary>
internal sealed class FakeVercelServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeVercelServer(WebApplication app, FakeVercel fake)
    {
        _app = app;
        Fake = fake;
    }

    /// <summary>What answers.</summary>
    public FakeVercel Fake { get; set; }

    public Uri Address => new(_app.Urls.First());

    /// <summary>Answers in the fake's place when it gives true.</summary>
    public Func<HttpContext, Task<bool>>? Intercept { get; set; }

    /// <summary>What came in that was not for the fake's own routes.</summary>
    public List<string> Authorizations { get; } = [];

    public static async Task<FakeVercelServer> StartAsync(FakeVercel fake, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        var server = new FakeVercelServer(app, fake);
        app.Run(context => server.AnswerAsync(context));
        await app.StartAsync();
        return server;
    }

    /// <summary>Cuts a connection in the middle of an answer.</summary>
    public static async Task ResetAsync(HttpContext context, string begin)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = 1000;
        await context.Response.WriteAsync(begin);
        await context.Response.Body.FlushAsync();
        context.Features.Get<IHttpRequestLifetimeFeature>()!.Abort();
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        lock (Authorizations)
        {
            Authorizations.Add(context.Request.Headers.Authorization.ToString());
        }

        if (Intercept is { } intercept && await intercept(context))
        {
            return;
        }

        using var reader = new StreamReader(context.Request.Body);
        var answer = Fake.Answer(context.Request.Method, context.Request.GetEncodedPathAndQuery(),
            context.Request.Headers.Authorization.ToString(), await reader.ReadToEndAsync());
        context.Response.StatusCode = answer.Status;
        if (answer.Body is not null)
        {
            context.Response.ContentType = answer.ContentType;
            await context.Response.WriteAsync(answer.Body);
        }
    }
}
