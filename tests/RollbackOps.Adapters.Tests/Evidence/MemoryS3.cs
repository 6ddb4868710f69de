using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace RollbackOps.Adapters.Tests.Evidence;

/// <summary>
/// As much of S3 as an upload sees, in memory: what the stand-ins lack (checksums, object lock, faults on demand). What they have
/// is tested with them.
/// </summary>
internal sealed partial class MemoryS3 : HttpMessageHandler
{
    private readonly Dictionary<int, (byte[] Content, string? Checksum)> _parts = [];
    private int _uploads;

    /// <summary>The stored objects, by their path.</summary>
    public Dictionary<string, byte[]> Objects { get; } = [];

    /// <summary>Every request, as method and query.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>The headers of the request that began or was the upload.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    /// <summary>Gives an answer in place of the true one; null for the true one.</summary>
    public Func<string, HttpResponseMessage?> Fault { get; set; } = _ => null;

    /// <summary>What is stored of what was sent.</summary>
    public Func<byte[], byte[]> Store { get; set; } = content => content;

    /// <summary>Whether it states checksums.</summary>
    public bool StatesChecksums { get; set; } = true;

    private string? Checksum { get; set; }

    public static HttpResponseMessage Error(int status, string code) => new((HttpStatusCode)status)
    {
        Content = new StringContent($"<Error><Code>{code}</Code><Message>No.</Message></Error>", Encoding.UTF8, "application/xml"),
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var content = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var what = $"{request.Method} {UploadId().Replace(request.RequestUri!.Query, "")}".TrimEnd();
        lock (Asked)
        {
            Asked.Add(what);
        }

        Assert.DoesNotContain("aws-chunked", request.Content?.Headers.ContentEncoding ?? []);
        Assert.DoesNotContain(request.Headers, header => header.Key == "x-amz-trailer");
        var answer = Fault(what) ?? Answer(request, what, content);
        answer.RequestMessage = request;
        return answer;
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, string what, byte[] content)
    {
        var path = request.RequestUri!.AbsolutePath;
        switch (what)
        {
            case "POST ?uploads":
                Keep(request);
                _parts.Clear();
                return Xml($"<InitiateMultipartUploadResult><UploadId>u{++_uploads}</UploadId></InitiateMultipartUploadResult>");
            case not null when what.StartsWith("PUT ?partNumber=", StringComparison.Ordinal):
                if (!request.RequestUri.Query.Contains($"uploadId=u{_uploads}", StringComparison.Ordinal))
                {
                    return Error(404, "NoSuchUpload");
                }

                var checksum = request.Headers.GetValues("x-amz-checksum-sha256").Single();
                Assert.Equal(Convert.ToBase64String(SHA256.HashData(content)), checksum);
                _parts[int.Parse(what[16..], CultureInfo.InvariantCulture)] = (content, checksum);
                return Tagged(content);
            case "POST":
                if (!request.RequestUri.Query.Contains($"uploadId=u{_uploads}", StringComparison.Ordinal))
                {
                    return Error(404, "NoSuchUpload");
                }

                var parts = _parts.OrderBy(part => part.Key).Select(part => part.Value).ToList();
                Objects[path] = Store([.. parts.SelectMany(part => part.Content)]);
                Checksum = $"{Convert.ToBase64String(SHA256.HashData([.. parts.SelectMany(part => Convert.FromBase64String(part.Checksum!))]))}-{parts.Count}";
                return Xml("<CompleteMultipartUploadResult><ETag>\"x\"</ETag></CompleteMultipartUploadResult>");
            case "PUT":
                Keep(request);
                Objects[path] = Store(content);
                Checksum = Convert.ToBase64String(SHA256.HashData(Objects[path]));
                return Tagged(content);
            default:
                if (!Objects.TryGetValue(path, out var stored))
                {
                    return Error(404, "NoSuchKey");
                }

                var found = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(stored) };
                found.Headers.TryAddWithoutValidation("x-amz-meta-sha256", Headers.GetValueOrDefault("x-amz-meta-sha256"));
                if (StatesChecksums)
                {
                    found.Headers.TryAddWithoutValidation("x-amz-checksum-sha256", Checksum);
                }

                return found;
        }
    }

    private void Keep(HttpRequestMessage request)
    {
        foreach (var (name, values) in request.Headers)
        {
            Headers[name.ToLowerInvariant()] = string.Join(',', values);
        }
    }

    private static HttpResponseMessage Xml(string text) =>
        new(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, "application/xml") };

    private static HttpResponseMessage Tagged(byte[] content)
    {
        var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };
        answer.Headers.TryAddWithoutValidation("ETag", $"\"{Convert.ToHexString(SHA256.HashData(content))[..32].ToLowerInvariant()}\"");
        return answer;
    }

    [GeneratedRegex(@"[?&](uploadId|x-id)=[^&]*")]
    private static partial Regex UploadId();
}
