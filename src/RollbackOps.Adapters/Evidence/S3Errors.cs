using System.Net;
using Amazon.Runtime;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Evidence;

/// <summary>The one place where what the AWS SDK throws becomes an error of ours.</summary>
internal static class S3Errors
{
    private const string Again = "Call Save-DeploymentLog again: the upload goes on where it was cut off.";

    /// <summary>Whether an exception is one that a call of S3 ends in.</summary>
    public static bool IsOne(Exception failure, CancellationToken cancellationToken) =>
        failure is AmazonServiceException or AmazonClientException or TimeoutException || ServiceHttp.IsTransport(failure, cancellationToken);

    /// <summary>What an exception of a call means.</summary>
    public static RollbackOpsException Of(Exception failure, S3Settings s3)
    {
        var place = $"s3://{s3.Bucket}" + (s3.Endpoint is null ? string.Empty : $" at {s3.Endpoint.Authority}");
        return failure switch
        {
            AmazonServiceException answer => Of(answer, s3, place),
            // The SDK has no type of its own for it.
            AmazonClientException none when none.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) => Error(
                ErrorId.EvidenceDenied, $"There are no keys for {place}: {none.Message}",
                "Set evidence.s3.accessKey and evidence.s3.secretKey to references, or sign in with the AWS tools.", none, s3),
            OperationCanceledException or TimeoutException => Error(
                ErrorId.EvidenceUnavailable, $"{place} did not answer within {s3.Timeout.TotalSeconds:0} s.", Again, failure, s3),
            _ => Error(ErrorId.EvidenceUnavailable, $"{place} cannot be reached: {failure.Message}", Again, failure, s3),
        };
    }

    /// <summary>Whether an upload that was begun is no longer known: it was aborted, or aged out.</summary>
    public static bool IsForgotten(RollbackOpsException failure) =>
        failure.InnerException is AmazonServiceException { ErrorCode: "NoSuchUpload" or "InvalidPart" };

    /// <summary>Whether the answer proves that the store is there and knows the keys, though it holds no such object.</summary>
    public static bool IsReady(AmazonServiceException answer) => answer.ErrorCode is "NoSuchKey" or "AccessDenied"
        || (answer.StatusCode == HttpStatusCode.NotFound && answer.ErrorCode is not ("NoSuchBucket" or "NotFound"));

    private static RollbackOpsException Of(AmazonServiceException answer, S3Settings s3, string place)
    {
        var said = Inert.Line(answer.Message);
        return answer.ErrorCode switch
        {
            "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" => Error(ErrorId.EvidenceDenied,
                $"{place} does not know the keys ({answer.ErrorCode}): {said}",
                "Check what evidence.s3.accessKey and evidence.s3.secretKey refer to.", answer, s3),
            "ExpiredToken" => Error(ErrorId.EvidenceDenied,
                $"The keys for {place} have expired.", "Get new ones, then call it again: an upload goes on.", answer, s3),
            "RequestTimeTooSkewed" => Error(ErrorId.EvidenceDenied,
                $"{place} turns the request down since this machine's clock is wrong: {said}", "Set the clock.", answer, s3),
            "NoSuchBucket" => Error(ErrorId.EvidenceNotFound,
                $"There is no bucket '{s3.Bucket}' ({place}).", "Check evidence.s3.bucket and evidence.s3.endpoint; the bucket is not made here.", answer, s3),
            "PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" => Error(ErrorId.EvidenceNotFound,
                $"{place} is in another region than '{s3.Region}': {said}", "Set evidence.s3.region.", answer, s3),
            _ => (int)answer.StatusCode switch
            {
                401 or 403 => Error(ErrorId.EvidenceDenied,
                    $"The keys may not do this in {place} ({answer.ErrorCode}): {said}",
                    "Allow s3:PutObject and s3:GetObject below the prefix, and s3:PutObjectRetention for object lock.", answer, s3),
                404 => Error(ErrorId.EvidenceNotFound, $"{place} holds no such thing: {said}", "Check its name.", answer, s3),
                429 or 503 => Error(ErrorId.EvidenceUnavailable, $"{place} turns requests away for a while: {said}", Again, answer, s3),
                >= 500 or 0 => Error(ErrorId.EvidenceUnavailable, $"{place} fails ({(int)answer.StatusCode} {answer.ErrorCode}): {said}", Again, answer, s3),
                // The answer makes no sense to anybody, or asks for what the settings have not.
                _ => Error(ErrorId.EvidenceUnwritable, $"{place} turns the request down ({(int)answer.StatusCode} {answer.ErrorCode}): {said}",
                    "Compare the evidence.s3 settings with how the bucket is set up: encryption, object lock, region.", answer, s3),
            },
        };
    }

    private static RollbackOpsException Error(ErrorId id, string message, string next, Exception inner, S3Settings s3) =>
        new(id, message, next, s3.Bucket, inner);
}
