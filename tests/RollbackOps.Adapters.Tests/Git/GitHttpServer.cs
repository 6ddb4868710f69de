using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using RollbackOps.Adapters.Tests.Samples;

namespace RollbackOps.Adapters.Tests.Git;

/// <summary>What becomes of the connection of a push.</summary>
internal enum PushFate
{
    Answered,
    CutBeforeTheEffect,
    CutAfterTheEffect,
}

/// <summary>What goes wrong with a request.</summary>
/// <param name="Name">Its name in the matrix.</param>
/// <param name="Status">The status that comes instead; null for a connection that dies.</param>
/// <param name="HasEffect">Whether the request is carried out first.</param>
/// <param name="IsTruncated">Whether half of the answer comes.</param>
internal sealed record HttpFault(string Name, int? Status = null, bool HasEffect = false, bool IsTruncated = false);

/// <summary>Serves bare repositories over HTTP as a forge does: <c>git http-backend</c> behind a small loopback server.</summary>
internal sealed class GitHttpServer : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly string _root;
    private readonly Task _serving;

    public GitHttpServer(string root)
    {
        _root = root;
        (_listener, Address) = Listen();
        _serving = ServeAsync();
    }

    public string Address { get; }

    /// <summary>The password to ask for, or null for none.</summary>
    public string? Password { get; init; }

    /// <summary>What becomes of the next pushes, in order; those after them are answered.</summary>
    public ConcurrentQueue<PushFate> Fates { get; } = new();

    /// <summary>Every request, as method and what it asks for.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>What goes wrong with one request, from 0; null for nothing.</summary>
    public (int At, HttpFault Fault)? Fault { get; set; }

    /// <summary>Whether every request after a cut is answered with 503.</summary>
    public bool StaysDown { get; init; }

    private bool IsDown { get; set; }

    public int Pushes { get; private set; }

    /// <summary>A port that was free a moment ago may be somebody else's by now.</summary>
    private static (HttpListener Listener, string Address) Listen()
    {
        for (var tries = 1; ; tries++)
        {
            var address = $"http://127.0.0.1:{FreePort.Find()}/";
            var listener = new HttpListener { Prefixes = { address } };
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException) when (tries < 10)
            {
                listener.Close();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                await AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                if (!_listener.IsListening)
                {
                    return;
                }
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var number = Calls.Count;
        Calls.Enqueue($"{context.Request.HttpMethod} {context.Request.Url!.AbsolutePath}{context.Request.Url.Query}");
        var fault = Fault is { } set && set.At == number ? set.Fault : null;
        if (fault is { HasEffect: false })
        {
            await FailAsync(context, fault, []);
            return;
        }

        if (IsDown)
        {
            Refuse(context, HttpStatusCode.ServiceUnavailable);
            return;
        }

        if (Password is not null && context.Request.Headers["Authorization"]
            != "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"ada:{Password}")))
        {
            context.Response.AddHeader("WWW-Authenticate", "Basic realm=\"git\"");
            Refuse(context, HttpStatusCode.Unauthorized);
            return;
        }

        var isPush = context.Request.HttpMethod == "POST"
            && context.Request.Url!.AbsolutePath.EndsWith("/git-receive-pack", StringComparison.Ordinal);
        var fate = PushFate.Answered;
        if (isPush)
        {
            Pushes++;
            fate = Fates.TryDequeue(out var next) ? next : PushFate.Answered;
        }

        if (fate == PushFate.CutBeforeTheEffect)
        {
            Cut(context);
            return;
        }

        var answer = await RunAsync(context.Request);
        if (fate == PushFate.CutAfterTheEffect)
        {
            Cut(context);
            return;
        }

        if (fault is not null)
        {
            await FailAsync(context, fault, answer);
            return;
        }

        var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
        foreach (var header in Encoding.ASCII.GetString(answer, 0, end).Split("\r\n").Select(line => line.Split(": ", 2)))
        {
            if (header[0] == "Status")
            {
                context.Response.StatusCode = int.Parse(header[1].AsSpan(0, 3), provider: null);
            }
            else
            {
                context.Response.AddHeader(header[0], header[1]);
            }
        }

        await context.Response.OutputStream.WriteAsync(answer.AsMemory(end + 4));
        context.Response.Close();
    }

    /// <summary>A status; or half of the answer, and the end of the connection.</summary>
    private static async Task FailAsync(HttpListenerContext context, HttpFault fault, byte[] answer)
    {
        if (fault.Status is { } status)
        {
            if (status == 429)
            {
                context.Response.AddHeader("Retry-After", "1");
            }

            Refuse(context, (HttpStatusCode)status);
            return;
        }

        if (fault.IsTruncated)
        {
            var body = answer.AsMemory(answer.AsSpan().IndexOf("\r\n\r\n"u8) + 4);
            context.Response.ContentType = context.Request.HttpMethod == "GET"
                ? $"application/x-{context.Request.QueryString["service"]}-advertisement"
                : $"application/x-{context.Request.Url!.Segments[^1]}-result";
            context.Response.ContentLength64 = body.Length + 1000;
            await context.Response.OutputStream.WriteAsync(body[..(body.Length / 2)]);
            await context.Response.OutputStream.FlushAsync();
        }

        context.Response.Abort();
    }

    private void Cut(HttpListenerContext context)
    {
        IsDown = StaysDown;
        context.Response.Abort();
    }

    private static void Refuse(HttpListenerContext context, HttpStatusCode status)
    {
        context.Response.StatusCode = (int)status;
        context.Response.Close();
    }

    private async Task<byte[]> RunAsync(HttpListenerRequest request)
    {
        var start = new ProcessStartInfo("git", ["http-backend"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in GitWorld.Variables)
        {
            start.Environment[name] = value;
        }

        start.Environment["GIT_PROJECT_ROOT"] = _root;
        start.Environment["GIT_HTTP_EXPORT_ALL"] = "1";
        start.Environment["PATH_INFO"] = request.Url!.AbsolutePath;
        start.Environment["QUERY_STRING"] = request.Url.Query.TrimStart('?');
        start.Environment["REQUEST_METHOD"] = request.HttpMethod;
        start.Environment["CONTENT_TYPE"] = request.ContentType;
        start.Environment["HTTP_CONTENT_ENCODING"] = request.Headers["Content-Encoding"];
        start.Environment["GIT_PROTOCOL"] = request.Headers["Git-Protocol"];
        start.Environment["REMOTE_USER"] = "ada";
        start.Environment["REMOTE_ADDR"] = "127.0.0.1";
        using var body = new MemoryStream();
        await request.InputStream.CopyToAsync(body);
        // A chunked body has no length, and a CGI program reads to the end only when told none.
        start.Environment["CONTENT_LENGTH"] = body.Length.ToString(provider: null);
        using var backend = Process.Start(start)!;
        using var answer = new MemoryStream();
        var reading = backend.StandardOutput.BaseStream.CopyToAsync(answer);
        body.Position = 0;
        await body.CopyToAsync(backend.StandardInput.BaseStream);
        backend.StandardInput.Close();
        await reading;
        await backend.WaitForExitAsync();
        return answer.ToArray();
    }
}
