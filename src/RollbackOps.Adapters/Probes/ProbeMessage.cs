using System.Net.Http.Headers;
using System.Text;
using RollbackOps.Configuration;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Probes;

/// <summary>Makes a check's request, so that no cache answers it (S23).</summary>
internal static class ProbeMessage
{
    /// <summary>The query parameter that makes each request one of its own; content networks ignore the headers.</summary>
    private const string CacheMark = "_rollback";

    /// <summary>Marks a request that a machine makes to see whether the service works.</summary>
    private const string SyntheticHeader = "X-Synthetic-Request";

    /// <summary>A check's address: its path and query below the service's.</summary>
    /// <exception cref="FormatException">They make no HTTP address.</exception>
    public static Uri AddressOf(Uri service, string path)
    {
        var address = new Uri(service.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/" + path.TrimStart('/'));
        return address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps
            ? address
            : throw new FormatException($"'{address.Scheme}' is neither http nor https");
    }

    /// <summary>The request.</summary>
    /// <exception cref="FormatException">The method, the media type or a header is none.</exception>
    public static HttpRequestMessage Make(ProbeRequest request, HealthCheckSettings check, Uri address, string nonce)
    {
        var isCacheable = check.Method is "GET" or "HEAD";
        var message = new HttpRequestMessage(new HttpMethod(check.Method), isCacheable ? Marked(address, nonce) : address);
        message.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true, NoStore = true };
        message.Headers.Pragma.Add(new NameValueHeaderValue("no-cache"));
        message.Headers.ConnectionClose = true;
        // What comes packed all the same is unpacked, to the limit of any answer.
        message.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue("RollbackOps", "probe"));
        if (!isCacheable)
        {
            // It may write, and cost money: whoever counts requests can tell it from a user's.
            message.Headers.Add(SyntheticHeader, "RollbackOps");
        }

        if (check.Body is not null)
        {
            message.Content = new StringContent(check.Body, Encoding.UTF8, check.ContentType);
        }

        foreach (var (name, value) in request.Headers.Concat(check.Headers))
        {
            Set(message, name, value);
        }

        return message;
    }

    private static Uri Marked(Uri address, string nonce) =>
        new($"{address.GetLeftPart(UriPartial.Query)}{(address.Query.Length > 0 ? '&' : '?')}{CacheMark}={nonce}");

    private static void Set(HttpRequestMessage message, string name, string value)
    {
        if (value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
        {
            // Its value may be a secret (S40).
            throw new FormatException($"the value of the header '{name}' holds a line break or a null");
        }

        if (message.Headers.NonValidated.Contains(name))
        {
            message.Headers.Remove(name);
        }

        if (message.Headers.TryAddWithoutValidation(name, value))
        {
            return;
        }

        // The rest describes a body.
        if (message.Content is { } content)
        {
            if (content.Headers.NonValidated.Contains(name))
            {
                content.Headers.Remove(name);
            }

            if (content.Headers.TryAddWithoutValidation(name, value))
            {
                return;
            }
        }

        throw new FormatException($"the header '{name}' cannot be sent");
    }
}
