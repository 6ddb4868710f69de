using System.Globalization;
using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace RollbackOps.Adapters.Resilience;

/// <summary>
/// The one way to a platform's API (S18): total time-out, then retries with jitter, then a circuit breaker, then a
/// time-out per attempt. What changes something is repeated only after an answer that proves that nothing happened.
/// </summary>
internal static class PlatformPipeline
{
    /// <summary>How long one call may take, its retries included.</summary>
    public static readonly TimeSpan Total = TimeSpan.FromSeconds(30);

    /// <summary>How long one attempt may take, its whole answer included.</summary>
    public static readonly TimeSpan PerAttempt = TimeSpan.FromSeconds(10);

    private const int MostRetries = 4;

    private static readonly ResiliencePropertyKey<PlatformCall> s_call = new("call");

    /// <summary>Makes the pipeline of one platform.</summary>
    /// <param name="name">The platform's name, for telemetry.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="tell">Told of every retry, time-out and change of the circuit; never of a secret.</param>
    public static ResiliencePipeline<PlatformAnswer> Make(string name, TimeProvider clock, Action<string> tell)
    {
        return new ResiliencePipelineBuilder<PlatformAnswer> { Name = name, TimeProvider = clock }
            .AddTimeout(Total)
            .AddRetry(new RetryStrategyOptions<PlatformAnswer>
            {
                ShouldHandle = outcome => new ValueTask<bool>(MayRepeat(outcome.Outcome, CallOf(outcome.Context))),
                MaxRetryAttempts = MostRetries,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(5),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                DelayGenerator = retry => new ValueTask<TimeSpan?>(retry.Outcome.Result?.RetryAfter),
                OnRetry = retry =>
                {
                    tell(string.Create(CultureInfo.InvariantCulture,
                        $"{name}: {CallOf(retry.Context).Title}: {Reason(retry.Outcome)}; once more in {retry.RetryDelay.TotalSeconds:0.0} s"));
                    return default;
                },
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<PlatformAnswer>
            {
                ShouldHandle = outcome => new ValueTask<bool>(IsOutage(outcome.Outcome)),
                FailureRatio = 0.9,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(3),
                OnOpened = _ => Say($"{name}: it fails again and again; it is left alone for 3 s"),
                OnClosed = _ => Say($"{name}: it answers again"),
            })
            .AddTimeout(new TimeoutStrategyOptions
            {
                Timeout = PerAttempt,
                OnTimeout = late =>
                    Say($"{name}: {CallOf(late.Context).Title}: no whole answer within {late.Timeout.TotalSeconds:0} s"),
            })
            .Build();

        ValueTask Say(string text)
        {
            tell(text);
            return default;
        }
    }

    /// <summary>Makes a call through a pipeline.</summary>
    public static async Task<PlatformAnswer> SendAsync(
        this ResiliencePipeline<PlatformAnswer> pipeline,
        PlatformCall call,
        Func<CancellationToken, ValueTask<PlatformAnswer>> attempt,
        CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            context.Properties.Set(s_call, call);
            return await pipeline.ExecuteAsync(
                (inner, work) => work(inner.CancellationToken), context, attempt);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static PlatformCall CallOf(ResilienceContext context) => context.Properties.GetValue(s_call, PlatformCall.Unnamed);

    private static bool MayRepeat(Outcome<PlatformAnswer> outcome, PlatformCall call) => outcome switch
    {
        // Longer than the whole call may take: to be told now is worth more than to wait in vain.
        { Result.RetryAfter: { } wait } when wait >= Total => false,
        // Turned away before anything was looked at.
        { Result.Status: HttpStatusCode.TooManyRequests } => true,
        { Result: { } answer } => call.IsSafe && IsFailing(answer.Status),
        { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError } } => true,
        { Exception: HttpRequestException or IOException or TimeoutRejectedException or BadAnswerException } => call.IsSafe,
        { Exception: BrokenCircuitException } => call.IsSafe,
        _ => false,
    };

    private static bool IsOutage(Outcome<PlatformAnswer> outcome) => outcome switch
    {
        { Result: { } answer } => IsFailing(answer.Status),
        { Exception: HttpRequestException or IOException or TimeoutRejectedException } => true,
        _ => false,
    };

    private static bool IsFailing(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout
        or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
        or HttpStatusCode.GatewayTimeout;

    private static string Reason(Outcome<PlatformAnswer> outcome) => outcome switch
    {
        { Result: { } answer } => $"status {(int)answer.Status}",
        { Exception: { } failure } => Inert.Line(failure.Message),
        _ => "no answer",
    };
}

/// <summary>What is asked.</summary>
/// <param name="Title">Method and path, without query; holds no secret.</param>
/// <param name="IsSafe">Whether it changes nothing, so that it may be repeated.</param>
internal sealed record PlatformCall(string Title, bool IsSafe)
{
    public static PlatformCall Unnamed { get; } = new("a call", IsSafe: false);
}

/// <summary>What was answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The whole body.</param>
/// <param name="At">The server's own time, or null.</param>
/// <param name="RetryAfter">How long to wait, where it says so.</param>
internal sealed record PlatformAnswer(HttpStatusCode Status, byte[] Body, DateTimeOffset? At, TimeSpan? RetryAfter);

/// <summary>An answer that is none of the API's: cut off, too large, or of another kind.</summary>
internal sealed class BadAnswerException(string message, Exception? inner = null) : Exception(message, inner);
