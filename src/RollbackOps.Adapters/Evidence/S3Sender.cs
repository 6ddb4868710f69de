using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using RollbackOps.Configuration;
using RollbackOps.Databases;
using S3Encryption = RollbackOps.Configuration.S3Encryption;

namespace RollbackOps.Adapters.Evidence;

/// <summary>Sends an archive to a bucket: in one piece, or in parts of which those that arrived are not sent again.</summary>
/// <param name="s3">The bucket.</param>
/// <param name="connection">The way there.</param>
/// <param name="clock">The clock.</param>
/// <param name="usualPartSize">The size of a part in bytes, where an upload does not have one already.</param>
internal sealed class S3Sender(S3Settings s3, S3Connection connection, TimeProvider clock, long usualPartSize)
{
    /// <summary>Sends an archive, or what is missing of one, and notes on disk how far it is.</summary>
    /// <param name="key">What it is called in the bucket.</param>
    /// <param name="file">The archive.</param>
    /// <param name="note">The file that says how far it is.</param>
    /// <param name="upload">How far it is.</param>
    /// <param name="progress">Told how many bytes are there.</param>
    /// <param name="cancellationToken">Stops between requests; what was sent need not be sent again.</param>
    public async Task<S3Upload> SendAsync(
        string key, string file, string note, S3Upload upload, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        var size = new FileInfo(file).Length;
        // At most 10,000 parts; the size of one stays as it was when an upload goes on.
        var partSize = upload.PartSize > 0 ? upload.PartSize : Math.Max(usualPartSize, (size + 9999) / 10_000);
        upload = upload with { PartSize = partSize };
        if (size <= partSize)
        {
            await PutAsync(key, file, size, upload, cancellationToken);
            progress(new ByteProgress(size, size));
        }
        else
        {
            try
            {
                upload = await SendPartsAsync(key, file, size, note, upload, progress, cancellationToken);
            }
            catch (RollbackOpsException failure) when (upload.UploadId is not null && S3Errors.IsForgotten(failure))
            {
                upload = upload with { UploadId = null, Parts = [] };
                upload = await SendPartsAsync(key, file, size, note, upload, progress, cancellationToken);
            }
        }

        upload = upload with { IsComplete = true };
        upload.Write(note);
        return upload;
    }

    private async Task PutAsync(string key, string file, long size, S3Upload upload, CancellationToken cancellationToken)
    {
        var hash = Convert.ToBase64String(Convert.FromHexString(upload.Sha256));
        await connection.CallAsync(
            (client, token) =>
            {
                var request = new PutObjectRequest
                {
                    BucketName = s3.Bucket,
                    Key = key,
                    FilePath = file,
                    ContentType = "application/zip",
                    UseChunkEncoding = false,
                    ChecksumSHA256 = hash,
                };
                request.Metadata[S3EvidenceStore.HashName] = upload.Sha256;
                (request.ServerSideEncryptionMethod, request.ServerSideEncryptionKeyManagementServiceKeyId) = Encryption;
                if (s3.ObjectLock is { } held)
                {
                    request.ObjectLockMode = ModeOf(held);
                    request.ObjectLockRetainUntilDate = UntilOf(held);
                }

                return client.PutObjectAsync(request, token);
            },
            cancellationToken);
    }

    private async Task<S3Upload> SendPartsAsync(
        string key, string file, long size, string note, S3Upload upload, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        if (upload.UploadId is null)
        {
            upload = upload with { UploadId = await InitiateAsync(key, upload, cancellationToken) };
            upload.Write(note);
        }

        var count = (int)((size + upload.PartSize - 1) / upload.PartSize);
        var sent = upload.Parts.ToDictionary(part => part.Number);
        for (var number = 1; number <= count; number++)
        {
            var from = (number - 1) * upload.PartSize;
            var length = Math.Min(upload.PartSize, size - from);
            if (!sent.ContainsKey(number))
            {
                sent[number] = await SendPartAsync(key, file, number, from, length, upload.UploadId!, cancellationToken);
                upload = upload with { Parts = [.. sent.Values.OrderBy(part => part.Number)] };
                upload.Write(note);
            }

            progress(new ByteProgress(from + length, size));
        }

        await connection.CallAsync(
            (client, token) => client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest
                {
                    BucketName = s3.Bucket,
                    Key = key,
                    UploadId = upload.UploadId,
                    PartETags = [.. upload.Parts.Select(part => new PartETag(part.Number, part.ETag) { ChecksumSHA256 = part.Sha256 })],
                },
                token),
            cancellationToken);
        return upload;
    }

    private Task<string> InitiateAsync(string key, S3Upload upload, CancellationToken cancellationToken) => connection.CallAsync(
        async (client, token) =>
        {
            var request = new InitiateMultipartUploadRequest
            {
                BucketName = s3.Bucket,
                Key = key,
                ContentType = "application/zip",
                ChecksumAlgorithm = ChecksumAlgorithm.SHA256,
            };
            request.Metadata[S3EvidenceStore.HashName] = upload.Sha256;
            (request.ServerSideEncryptionMethod, request.ServerSideEncryptionKeyManagementServiceKeyId) = Encryption;
            if (s3.ObjectLock is { } held)
            {
                request.ObjectLockMode = ModeOf(held);
                request.ObjectLockRetainUntilDate = UntilOf(held);
            }

            return (await client.InitiateMultipartUploadAsync(request, token)).UploadId;
        },
        cancellationToken);

    private async Task<S3Part> SendPartAsync(
        string key, string file, int number, long from, long length, string uploadId, CancellationToken cancellationToken)
    {
        var hash = Convert.ToBase64String(await HashAsync(file, from, length, cancellationToken));
        var answer = await connection.CallAsync(
            (client, token) => client.UploadPartAsync(
                new UploadPartRequest
                {
                    BucketName = s3.Bucket,
                    Key = key,
                    UploadId = uploadId,
                    PartNumber = number,
                    FilePath = file,
                    FilePosition = from,
                    PartSize = length,
                    UseChunkEncoding = false,
                    ChecksumAlgorithm = ChecksumAlgorithm.SHA256,
                    ChecksumSHA256 = hash,
                },
                token),
            cancellationToken);
        return new S3Part(number, answer.ETag, hash);
    }

    private (ServerSideEncryptionMethod? Method, string? Key) Encryption => s3.Encryption switch
    {
        S3Encryption.Aes256 => (ServerSideEncryptionMethod.AES256, null),
        S3Encryption.Kms => (ServerSideEncryptionMethod.AWSKMS, s3.KmsKey),
        _ => (null, null),
    };

    private static Amazon.S3.ObjectLockMode ModeOf(ObjectLockSettings held) => held.Mode == Configuration.ObjectLockMode.Compliance
        ? Amazon.S3.ObjectLockMode.Compliance
        : Amazon.S3.ObjectLockMode.Governance;

    private DateTime UntilOf(ObjectLockSettings held) => clock.GetUtcNow().UtcDateTime.AddDays(held.Days);

    private static async Task<byte[]> HashAsync(string file, long from, long length, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(file);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[256 * 1024];
        for (var end = from + length; from < end;)
        {
            var read = await RandomAccess.ReadAsync(handle, block.AsMemory(0, (int)Math.Min(block.Length, end - from)), from, cancellationToken);
            hash.AppendData(block, 0, read > 0 ? read : throw new IOException("The archive became shorter while it was sent."));
            from += read;
        }

        return hash.GetHashAndReset();
    }
}
