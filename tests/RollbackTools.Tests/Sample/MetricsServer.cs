using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Web;

namespace RollbackTools.Tests.Sample;

/// <summary>
/// Prometheus's HTTP API before a service of ten requests a second, of which a fifth has failed for half an hour: since the
/// current release went live, ten minutes before that, and not from its begin.
/// </summary>
internal sealed class MetricsServer : IDisposable
{
    private static readonly TimeSpan s_failing = TimeSpan.FromMinutes(30);

    private readonly HttpListener _listener = Listen();
    private readonly double _failsFrom = DateTimeOffset.UtcNow.Subtract(s_failing).ToUnixTimeSeconds();

    public MetricsServer() => _ = Task.Run(AnswerAsync);

    public string Address => _listener.Prefixes.Single();

    public void Dispose() => _listener.Close();

    private static HttpListener Listen()
    {
        while (true)
        {
            int port;
            using (var probe = new TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                port = ((IPEndPoint)probe.LocalEndpoint).Port;
            }

            var listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
            try
            {
                listener.Start();
                return listener;
            }
            catch (HttpListenerException)
            {
                // Somebody else's by now; the next one.
            }
        }
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var form = HttpUtility.ParseQueryString(await reader.ReadToEndAsync());
                var body = Encoding.UTF8.GetBytes(Answer(form["query"]!, Number(form["start"]), Number(form["end"]), Number(form["time"])));
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(body);
                context.Response.Close();
            }
        }
        catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static double Number(string? text) => text is null ? 0 : double.Parse(text, CultureInfo.InvariantCulture);

    private string Answer(string query, double start, double end, double time)
    {
        if (query.Contains("timestamp", StringComparison.Ordinal))
        {
            return FormattableString.Invariant(
                $"{{\"status\":\"success\",\"data\":{{\"resultType\":\"vector\",\"result\":[{{\"metric\":{{}},\"value\":[{time},\"{time}\"]}}]}}}}");
        }

        var series = query.Contains("_bucket", StringComparison.Ordinal) ? "" : $"{Series("200", at => (10 * (at - 1_700_000_000)) - Failed(at))},{Series("500", Failed)}";
        return $"{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":[{series}]}}}}";

        double Failed(double at) => 2 * Math.Max(0, at - _failsFrom);

        string Series(string status, Func<double, double> count) =>
            $"{{\"metric\":{{\"instance\":\"a\",\"code\":\"{status}\"}},\"values\":[{string.Join(',', Enumerable.Range(0, (int)((end - start) / 10) + 1)
                .Select(point => start + (10 * point))
                .Select(at => FormattableString.Invariant($"[{at},\"{count(at)}\"]")))}]}}";
    }
}
