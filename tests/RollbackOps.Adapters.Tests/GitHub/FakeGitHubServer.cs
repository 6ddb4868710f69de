using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Adapters.Tests.Vercel;

namespace RollbackOps.Adapters.Tests.GitHub;

/// <summary>What goes wrong with an answer.</summary>
public enum FakeFault
{
    Status,
    ResetBefore,
    ResetAfter,
    TimeoutBefore,
    TimeoutAfter,
    Truncated,
    StatusAfter,
}

/// <summary>The fake behind a real socket on this machine; every request and answer is held against the description.</summary>
internal sealed class FakeGitHubServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly FakeGitHub _fake;
    private readonly VirtualClock _clock;
    private readonly Lock _gate = new();

    private FakeGitHubServer(WebApplication app, FakeGitHub fake, VirtualClock clock)
    {
        _app = app;
        _fake = fake;
        _clock = clock;
    }

    public Uri Address => new(_app.Urls.First());

    /// <summary>Requests as they came: method and path.</summary>
    public List<string> Calls { get; } = [];

    public List<string> Authorizations { get; } = [];

    /// <summary>What the description says is wrong.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Answers in the fake's place when it gives true.</summary>
    public Func<HttpContext, Task<bool>>? Intercept { get; set; }

    public static async Task<FakeGitHubServer> StartAsync(FakeGitHub fake, VirtualClock clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new FakeGitHubServer(app, fake, clock);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>Lets the first call that fits go wrong, once or always.</summary>
    public void Fail(string method, string pathEnd, FakeFault fault, int status = 500, bool once = true, params (string Name, string Value)[] headers)
    {
        var done = false;
        Intercept = async context =>
        {
            if (context.Request.Method != method || !context.Request.Path.Value!.EndsWith(pathEnd, StringComparison.Ordinal) || (once && done))
            {
                return false;
            }

            done = true;
            if (fault is FakeFault.ResetAfter or FakeFault.TimeoutAfter or FakeFault.Truncated or FakeFault.StatusAfter)
            {
                await AskAsync(context);
            }

            switch (fault)
            {
                case FakeFault.ResetBefore or FakeFault.ResetAfter:
                    context.Abort();
                    break;
                case FakeFault.TimeoutBefore or FakeFault.TimeoutAfter:
                    _clock.Pass(PlatformPipeline.PerAttempt + TimeSpan.FromSeconds(1));
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                    break;
                case FakeFault.Truncated:
                    context.Response.ContentType = "application/json";
                    await context.Response.WriteAsync("""{"workflow_run_""");
                    break;
                default:
                    foreach (var (name, value) in headers)
                    {
                        context.Response.Headers[name] = value;
                    }

                    await WriteAsync(context, FakeGitHub.Error(status, $"It is {status}."));
                    break;
            }

            return true;
        };
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        lock (_gate)
        {
            Calls.Add($"{context.Request.Method} {context.Request.Path}");
            Authorizations.Add(context.Request.Headers.Authorization.ToString());
        }

        if (Intercept is { } intercept && await intercept(context))
        {
            return;
        }

        await WriteAsync(context, await AskAsync(context));
    }

    private async Task<FakeAnswer> AskAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var (method, path) = (context.Request.Method, context.Request.Path.Value!);
        if (context.Request.Headers.Authorization != $"Bearer {FakeGitHub.Token}")
        {
            return FakeGitHub.Error(401, "Bad credentials");
        }

        // The slice of the description that is kept here has neither.
        var isDescribed = !path.Contains("/git/commits/", StringComparison.Ordinal) && method != "PATCH";
        Note(isDescribed ? GitHubDescription.FaultOf(method, path, context.Request.QueryString.Value ?? "", body) : null);
        var answer = _fake.Answer(method, path, context.Request.Query.ToDictionary(one => one.Key, one => one.Value.ToString()), body);
        if (answer.Status < 300)
        {
            Note(isDescribed ? GitHubDescription.FaultOf(method, path, answer.Status, answer.Body?.ToJsonString()) : null);
        }

        return answer;
    }

    private void Note(string? fault)
    {
        lock (_gate)
        {
            Faults.AddRange(fault is null ? [] : [fault]);
        }
    }

    private async Task WriteAsync(HttpContext context, FakeAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.Headers.Date = _clock.Now.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        if (answer.HasNext)
        {
            var page = int.TryParse(context.Request.Query["page"], out var now) ? now : 1;
            var others = string.Join('&', context.Request.Query.Where(one => one.Key != "page").Select(one => $"{one.Key}={Uri.EscapeDataString(one.Value.ToString())}"));
            context.Response.Headers.Link = $"<{Address.AbsoluteUri.TrimEnd('/')}{context.Request.Path}?{others}&page={page + 1}>; rel=\"next\"";
        }

        if (answer.Body is not null)
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            await context.Response.WriteAsync(answer.Body.ToJsonString());
        }
    }
}
