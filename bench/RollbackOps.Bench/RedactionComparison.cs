using System.Diagnostics;
using System.Globalization;
using System.Text;
using RollbackOps.Redaction;

namespace RollbackOps.Bench;

/// <summary>How long it takes to mask the secrets in lines of logs, beside a plain copy of the same lines.</summary>
internal static class RedactionComparison
{
    private static readonly string[] s_ordinary =
    [
        """203.0.113.{0} - - [28/Nov/2026:19:{1:00}:01 +0000] "GET /api/orders/{2}?page=2&sort=asc HTTP/1.1" 200 {2} "https://shop.example.test/cart" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36" """,
        """{{"ts":"2026-11-28T19:{1:00}:01.123Z","level":"info","msg":"request done","method":"POST","path":"/api/chat","status":200,"duration_ms":{0},"client":"203.0.113.{0}","request":"req-{2}"}}""",
        """time=2026-11-28T19:{1:00}:01Z level=warn msg="queue is long, backing off" queue=mail length={2} worker=w-{0} key=orders.{2} region=eu-central-1""",
        """2026-11-28 19:{1:00}:01,123 INFO  [pool-3-thread-{0}] c.e.shop.OrderService - Order {2} of session store accepted; 3 positions, passed all checks, authorised by policy 17""",
    ];

    private static readonly string[] s_secret =
    [
        """2026-11-28 19:{1:00}:01 DEBUG sending Authorization: Bearer a1B2c3D4e5F6g7H8{2}""",
        """{{"ts":"2026-11-28T19:{1:00}:01.123Z","level":"error","msg":"cannot connect","url":"postgres://shop:Tr0ub4dor{2}@db.internal:5432/shop"}}""",
    ];

    /// <summary>Masks lines of which one in so many holds a secret, over and over.</summary>
    public static void Run(int count)
    {
        foreach (var oneIn in new[] { 0, 100 })
        {
            var lines = Enumerable.Range(0, count).Select(i => LineOf(i, oneIn)).ToList();
            var bytes = Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{count:N0} lines, {bytes.Length / 1e6:0} MB, {(oneIn == 0 ? "no secret" : $"a secret in one of {oneIn}")}"));
            var (alone, copied, masked) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < 9; round++)
            {
                copied.Add(Copy(bytes, redacts: false));
                masked.Add(Copy(bytes, redacts: true));
                var begun = Stopwatch.GetTimestamp();
                var length = Redactor.Default.RedactLines(lines).Sum(line => (long)line.Length);
                alone.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds / count);
                if (length == 0 || oneIn > 0 == (length == lines.Sum(line => (long)line.Length)))
                {
                    throw new InvalidOperationException("What was masked is not what is secret.");
                }
            }

            Figures.Print("masking alone, microseconds a line", alone);
            Figures.Print("read, masked and written, MB/s", masked.Select(seconds => bytes.Length / seconds / 1e6));
            Figures.Print("read and written, MB/s", copied.Select(seconds => bytes.Length / seconds / 1e6));
            Figures.Print("ratio to the plain copy, pair by pair", masked.Zip(copied, (one, other) => one / other));
        }
    }

    private static double Copy(byte[] bytes, bool redacts)
    {
        var begun = Stopwatch.GetTimestamp();
        using var reader = new StreamReader(new MemoryStream(bytes));
        using var writer = new StreamWriter(Stream.Null);
        var lines = Lines(reader);
        foreach (var line in redacts ? Redactor.Default.RedactLines(lines) : lines)
        {
            writer.WriteLine(line);
        }

        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static IEnumerable<string> Lines(StreamReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static string LineOf(int i, int oneIn)
    {
        var forms = oneIn > 0 && i % oneIn == 0 ? s_secret : s_ordinary;
        return string.Format(CultureInfo.InvariantCulture, forms[i / Math.Max(1, oneIn) % forms.Length], i % 250, i % 60, 10_000 + i);
    }
}
