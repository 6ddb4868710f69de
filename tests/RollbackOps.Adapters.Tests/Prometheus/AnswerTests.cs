using System.Net;
using System.Net.Http.Headers;
using System.Text;
using RollbackOps.Adapters.Prometheus;
using RollbackOps.Adapters.Tests.Vercel;
using RollbackOps.Configuration;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Tests.Prometheus;

/// <summary>Answers that are not what one wishes for: what they become, and that no secret goes astray.</summary>
public sealed class AnswerTests
{
    private const long At = 1_700_000_000;
    private static readonly PrometheusSettings s_settings = new() { Address = new Uri("https://metrics.test/base/") };
    private static readonly DateTimeOffset s_from = DateTimeOffset.FromUnixTimeSeconds(At);

    private readonly VirtualClock _clock = new();
    private readonly List<HttpRequestMessage> _asked = [];
    private readonly List<string> _told = [];

    [Fact]
    public async Task Measure_NumbersThatAreNone_AreMissingAndNoCounts()
    {
        var measured = await MeasureAsync(query => Matrix(query.Contains("_bucket", StringComparison.Ordinal) ? "" : $$"""
            {"metric":{"instance":"a","code":"200"},"values":[[{{At}},"100"],[{{At + 10}},"110"],[{{At + 20}},"NaN"],[{{At + 30}},"+Inf"],[{{At + 40}},"150"],[{{At + 50}},"160"],[{{At + 60}},"5"]]}
            """));

        // 110 to 150 is made up for nowhere: for two points there was nothing at all.
        Assert.Equal([10, 10, 5], measured.Cells.Select(cell => cell.Requests));
        Assert.Equal([0, 40, 50], measured.Cells.Select(cell => (cell.At - s_from).TotalSeconds));
        Assert.Equal(s_from.AddSeconds(20), measured.GapSince(s_from.AddSeconds(20)));
        Assert.Contains(measured.Notes, note => note.StartsWith("answer times are not known", StringComparison.Ordinal));
        Assert.Null(measured.Slow);
    }

    [Fact]
    public async Task Measure_ASumThatLostAPart_IsLeftOutAndSaid()
    {
        var measured = await MeasureAsync(query => Matrix(query.Contains("_bucket", StringComparison.Ordinal) ? "" : $$"""
            {"metric":{"code":"200"},"values":[[{{At}},"3000"],[{{At + 10}},"3010"],[{{At + 20}},"2020"],[{{At + 30}},"2030"]]}
            """));

        Assert.Equal([10, 10], measured.Cells.Select(cell => cell.Requests));
        Assert.Contains(measured.Notes, note => note.StartsWith("1 cells are left out", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Measure_ErrorsOfAProcessThatIsSeen_AreCountedFromTheFirst()
    {
        var measured = await MeasureAsync(query => Matrix(query.Contains("_bucket", StringComparison.Ordinal) ? "" : $$"""
            {"metric":{"instance":"a","code":"200"},"values":[[{{At}},"3000"],[{{At + 10}},"3000"],[{{At + 20}},"3000"]]},
            {"metric":{"instance":"a","code":"5xx"},"values":[[{{At + 10}},"7"],[{{At + 20}},"8"]]},
            {"metric":{"instance":"b","code":"500"},"values":[[{{At + 10}},"900"],[{{At + 20}},"901"]]}
            """));

        Assert.Equal([(7L, 7L), (2, 2)], measured.Cells.Select(cell => (cell.Requests, cell.Errors)));
    }

    [Fact]
    public async Task Measure_Warnings_MakeItPartial()
    {
        var measured = await MeasureAsync(_ => Json(HttpStatusCode.OK, $$"""
            {"status":"success","warnings":["store \u001b[2J is away"],"infos":["by the way"],"data":{"resultType":"matrix","result":[
            {"metric":{"code":"200"},"values":[[{{At}},"1"],[{{At + 10}},"2"]]}
            ] } }
            """));

        Assert.True(measured.IsPartial);
        Assert.Contains("partial: store <U+001B>[2J is away", measured.Notes);
        Assert.Contains("by the way", measured.Notes);
    }

    [Theory]
    [InlineData(400, """{"status":"error","errorType":"bad_data","error":"parse error"}""", ErrorId.MetricsUnreadable, "parse error (bad_data)")]
    [InlineData(401, "no", ErrorId.MetricsUnauthorized, "does not let this query in")]
    [InlineData(403, "", ErrorId.MetricsUnauthorized, "does not let this query in")]
    [InlineData(404, "page not found", ErrorId.MetricsUnreadable, "no such API")]
    [InlineData(422, """{"status":"error","errorType":"execution","error":"too many samples"}""", ErrorId.MetricsUnreadable, "too many samples")]
    [InlineData(302, "", ErrorId.MetricsUnreadable, "redirects")]
    [InlineData(429, "", ErrorId.MetricsUnavailable, "too many")]
    [InlineData(503, """{"status":"error","errorType":"timeout","error":"query timed out"}""", ErrorId.MetricsUnavailable, "query timed out (timeout)")]
    [InlineData(200, """{"status":"success","data":{"resultType":"scalar","result":[]}}""", ErrorId.MetricsUnreadable, "holds no matrix")]
    [InlineData(200, "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"values\":[[1", ErrorId.MetricsUnreadable, "not what the API gives")]
    [InlineData(200, """{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1,2]]}]}}""", ErrorId.MetricsUnreadable, "not what the API gives")]
    public async Task Measure_AnAnswerThatIsNone_IsAnErrorThatSaysWhat(int status, string body, ErrorId id, string said)
    {
        var error = await Assert.ThrowsAsync<RollbackOpsException>(() => MeasureAsync(_ => Json((HttpStatusCode)status, body)));

        Assert.Equal(id, error.Id);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        // What may pass is tried again; what is wrong is wrong.
        Assert.Equal(status is 429 or 503 or 200, _told.Count > 0);
    }

    [Fact]
    public async Task Measure_AnAnswerWithoutEnd_IsRefused()
    {
        var error = await Assert.ThrowsAsync<RollbackOpsException>(() => MeasureAsync(_ => new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new ByteArrayContent(new byte[9 * 1024 * 1024]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        }));

        Assert.Equal(ErrorId.MetricsUnreadable, error.Id);
        Assert.Contains("larger than 8 MiB", error.Message, StringComparison.Ordinal);
        Assert.Contains("selector", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Measure_NoAnswer_IsGivenUpInTime()
    {
        var error = await Assert.ThrowsAsync<RollbackOpsException>(() => MeasureAsync(
            query => query.Contains("_bucket", StringComparison.Ordinal) ? Matrix("") : null));

        Assert.Equal(ErrorId.MetricsUnavailable, error.Id);
        Assert.True(_clock.Now - VirtualClock.Start <= TimeSpan.FromSeconds(31));
    }

    [Fact]
    public async Task Measure_OnlyGetIsLetThrough_AsksByGet()
    {
        var answer = Matrix($$"""{"metric":{"code":"200"},"values":[[{{At}},"1"],[{{At + 10}},"2"]]}""");
        await MeasureAsync(_ => _asked[^1].Method == HttpMethod.Post ? Json(HttpStatusCode.MethodNotAllowed, "") : Copy(answer));

        Assert.Equal("/base/api/v1/query_range", _asked[^1].RequestUri!.AbsolutePath);
        Assert.Contains("step=10", _asked[^1].RequestUri!.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Measure_WithToken_SendsItAndNeverShowsIt()
    {
        var settings = s_settings with { Token = VercelWorld.TokenReference, Headers = new Dictionary<string, string> { ["X-Scope-OrgID"] = "env:TEST_OTHER_TOKEN" } };

        var error = await Assert.ThrowsAsync<RollbackOpsException>(() => MeasureAsync(
            _ => Json(HttpStatusCode.BadRequest, $$"""{"status":"error","error":"{{FakeVercel.Token}} and another-token-0123456789"}"""), settings));

        Assert.Equal($"Bearer {FakeVercel.Token}", _asked[0].Headers.Authorization!.ToString());
        Assert.Equal(["another-token-0123456789"], _asked[0].Headers.GetValues("X-Scope-OrgID"));
        Assert.Contains("*** and ***", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeVercel.Token, string.Concat(error.ToString(), error.NextStep, string.Concat(_told)), StringComparison.Ordinal);
    }

    private static HttpResponseMessage Matrix(string series) =>
        Json(HttpStatusCode.OK, $$"""{"status":"success","data":{"resultType":"matrix","result":[{{series}}] } }""");

    private static HttpResponseMessage Json(HttpStatusCode status, string body) => new(status)
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
    };

    private static HttpResponseMessage Copy(HttpResponseMessage answer) =>
        Json(answer.StatusCode, answer.Content.ReadAsStringAsync().GetAwaiter().GetResult());

    /// <summary>The traffic of a minute, with answers to the range queries; null hangs.</summary>
    private async Task<Measurement> MeasureAsync(Func<string, HttpResponseMessage?> answer, PrometheusSettings? settings = null)
    {
        using var reader = new PrometheusReader(settings ?? s_settings, new TestSecrets(), _clock, new Handler(this, answer)) { Tell = _told.Add };
        return (await reader.MeasureAsync(new MetricsQuery { From = s_from, To = s_from.AddMinutes(1) }, CancellationToken.None))[0];
    }

    private sealed class Handler(AnswerTests test, Func<string, HttpResponseMessage?> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test._asked.Add(request);
            var query = Uri.UnescapeDataString(request.Content is null
                ? request.RequestUri!.Query : await request.Content.ReadAsStringAsync(cancellationToken));
            if (query.Contains("timestamp", StringComparison.Ordinal))
            {
                return Json(HttpStatusCode.OK, """{"status":"success","data":{"resultType":"vector","result":[]}}""");
            }

            if (answer(query) is { } given)
            {
                return given;
            }

            await test._clock.HangAsync(cancellationToken);
            throw new InvalidOperationException("It hung for ever.");
        }
    }
}
