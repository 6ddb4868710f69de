using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace RollbackOps.Adapters.Resilience;

/// <summary>Tries again until something works or its time is over.</summary>
internal static class Polling
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <summary>A pipeline that repeats what fails with one kind of exception.</summary>
    /// <typeparam name="TFailure">What "not yet" looks like.</typeparam>
    /// <param name="patience">How long to go on; then <see cref="TimeoutRejectedException"/>.</param>
    /// <param name="isHopeless">Whether going on makes no sense any more: the last failure is thrown.</param>
    /// <param name="clock">The clock.</param>
    public static ResiliencePipeline Until<TFailure>(TimeSpan patience, Func<bool> isHopeless, TimeProvider clock)
        where TFailure : Exception => new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddTimeout(patience)
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = outcome => new ValueTask<bool>(outcome.Outcome.Exception is TFailure && !isHopeless()),
                MaxRetryAttempts = int.MaxValue,
                Delay = s_pause,
                BackoffType = DelayBackoffType.Constant,
                UseJitter = true,
            })
            .Build();
}
