using System.Net;
using Polly.CircuitBreaker;
using Polly.Timeout;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Resilience;

/// <summary>What talking to a service that is sent a secret has in common, whichever service it is.</summary>
internal static class ServiceHttp
{
    /// <summary>The connections to a service: what is secret must not follow a redirect to another host.</summary>
    public static SocketsHttpHandler NewHandler(Uri address) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        UseCookies = false,
        // What is on this machine is not asked through a proxy.
        UseProxy = !address.IsLoopback,
        EnableMultipleHttp2Connections = true,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>Whether an exception says that no usable answer came.</summary>
    public static bool IsTransport(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        HttpRequestException or IOException or TimeoutRejectedException or BrokenCircuitException or BadAnswerException
            or InvalidDataException => true,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => false,
    };

    /// <summary>A whole answer; one that succeeds and is no JSON is none of the service's.</summary>
    /// <exception cref="BadAnswerException">It is of another kind, or too large.</exception>
    public static async Task<PlatformAnswer> ReadAsync(
        HttpResponseMessage response, TimeProvider clock, CancellationToken cancellationToken)
    {
        var body = await BoundedBody.ReadAsync(response.Content, cancellationToken);
        var kind = response.Content.Headers.ContentType?.MediaType;
        if (response.IsSuccessStatusCode && body.Length > 0 && kind is not null
            && !kind.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        {
            throw new BadAnswerException($"the answer is {Inert.Line(kind)}, and no JSON");
        }

        return new PlatformAnswer(response.StatusCode, body, response.Headers.Date, RetryAfterOf(response, clock));
    }

    /// <summary>The token behind a reference.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.SecretUnavailable"/>.</exception>
    public static async Task<string> TokenAsync(ISecretSource secrets, string reference, CancellationToken cancellationToken)
    {
        var value = (await secrets.ResolveAsync(reference, cancellationToken)).Trim();
        // A line break would end the header; what it is must not be told (S40).
        return value.Length > 0 && value.All(character => character is > ' ' and <= '~')
            ? value
            : throw new RollbackOpsException(ErrorId.SecretUnavailable,
                $"What {reference} holds is no token: it is empty or holds blanks or characters that a token has not.",
                "Put the token alone there, in one line.", reference);
    }

    /// <summary>How long an answer asks to wait, or null.</summary>
    public static TimeSpan? RetryAfterOf(HttpResponseMessage response, TimeProvider clock) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - (response.Headers.Date ?? clock.GetUtcNow()) is { Ticks: > 0 } wait ? wait : TimeSpan.Zero,
        _ => null,
    };
}
