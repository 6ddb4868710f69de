using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Polly;
using Polly.Retry;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Evidence;

/// <summary>A bucket: each call with its own deadline, repeated where that is harmless, its failures translated.</summary>
internal sealed class S3Connection : IDisposable
{
    private const int Tries = 5;
    private readonly S3Settings _s3;
    private readonly ISecretSource _secrets;
    private readonly RetryAfter _retryAfter;
    private readonly ResiliencePipeline _pipeline;
    private AmazonS3Client? _client;

    public S3Connection(S3Settings s3, ISecretSource secrets, TimeProvider clock, HttpMessageHandler? handler = null)
    {
        _s3 = s3;
        _secrets = secrets;
        _retryAfter = new RetryAfter(clock, handler ?? ServiceHttp.NewHandler(s3.Endpoint ?? new Uri("https://s3.amazonaws.com/")));
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = Tries - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(20),
                // Each call does the same however often it is made: what is sent goes under a name of its own.
                ShouldHandle = new PredicateBuilder().Handle<RollbackOpsException>(failure => failure.Id == ErrorId.EvidenceUnavailable),
                DelayGenerator = _ => ValueTask.FromResult(_retryAfter.Taken),
            })
            .Build();
    }

    /// <summary>Makes a call.</summary>
    /// <exception cref="RollbackOpsException">It failed for good.</exception>
    public async Task<T> CallAsync<T>(Func<AmazonS3Client, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        _client ??= await NewClientAsync(cancellationToken);
        return await _pipeline.ExecuteAsync(
            async token =>
            {
                try
                {
                    return await call(_client, token);
                }
                catch (Exception failure) when (S3Errors.IsOne(failure, token))
                {
                    throw S3Errors.Of(failure, _s3);
                }
            },
            cancellationToken);
    }

    public void Dispose()
    {
        _client?.Dispose();
        _retryAfter.Dispose();
    }

    private async Task<AmazonS3Client> NewClientAsync(CancellationToken cancellationToken)
    {
        var config = new AmazonS3Config
        {
            // Without it the SDK adds a checksum by aws-chunked, which some services store as if it were content.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 0,
            Timeout = _s3.Timeout,
            HttpClientFactory = new Clients(_retryAfter, _s3.Timeout),
        };
        if (_s3.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = _s3.Region;
            config.ForcePathStyle = true;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(_s3.Region);
        }

        if (_s3.AccessKey is null)
        {
            return new AmazonS3Client(config);
        }

        var key = await ServiceHttp.TokenAsync(_secrets, _s3.AccessKey, cancellationToken);
        var secret = await ServiceHttp.TokenAsync(_secrets, _s3.SecretKey!, cancellationToken);
        return _s3.SessionToken is { } session
            ? new AmazonS3Client(key, secret, await ServiceHttp.TokenAsync(_secrets, session, cancellationToken), config)
            : new AmazonS3Client(key, secret, config);
    }

    private sealed class Clients(HttpMessageHandler handler, TimeSpan timeout) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler, disposeHandler: false) { Timeout = timeout };

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }

    /// <summary>What the SDK does not tell: how long the service asks to be left alone (S18).</summary>
    private sealed class RetryAfter(TimeProvider clock, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(2);
        private long _ticks;

        /// <summary>What the last answer asked for, once; null when it asked for nothing.</summary>
        public TimeSpan? Taken => Interlocked.Exchange(ref _ticks, 0) is > 0 and var ticks ? TimeSpan.FromTicks(ticks) : null;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            {
                var asked = answer.Headers.RetryAfter switch
                {
                    { Delta: { } delta } => delta,
                    { Date: { } date } => date - clock.GetUtcNow(),
                    _ => TimeSpan.Zero,
                };
                Interlocked.Exchange(ref _ticks, Math.Min(asked.Ticks, s_longest.Ticks));
            }

            return answer;
        }
    }
}
