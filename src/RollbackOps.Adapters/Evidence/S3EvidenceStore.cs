using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using RollbackOps.Configuration;
using RollbackOps.Databases;
using RollbackOps.Incidents;

namespace RollbackOps.Adapters.Evidence;

/// <summary>
/// Archives in a bucket of S3, or of a service that speaks its language. An archive is written here first, so that one whose
/// upload is cut off can go on; it is deleted here once what is stored was proven to be the same.
/// </summary>
internal sealed class S3EvidenceStore : IEvidenceStore, IDisposable
{
    /// <summary>The metadata that states an archive's SHA-256.</summary>
    public const string HashName = "sha256";

    private const string Half = ".partial";
    private const string Note = ".upload";
    private readonly S3Settings _s3;
    private readonly string _outgoing;
    private readonly TimeProvider _clock;
    private readonly S3Connection _connection;

    /// <param name="s3">The bucket.</param>
    /// <param name="outgoing">The folder that archives wait in until they are stored, absolute.</param>
    /// <param name="secrets">Resolves the references to keys.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="handler">Sends requests; null for the network.</param>
    public S3EvidenceStore(S3Settings s3, string outgoing, ISecretSource secrets, TimeProvider clock, HttpMessageHandler? handler = null)
    {
        _s3 = s3;
        _outgoing = outgoing;
        _clock = clock;
        _connection = new S3Connection(s3, secrets, clock, handler);
        PartSize = (long)s3.PartSize << 20;
    }

    /// <summary>The size of the parts that an archive is sent in, in bytes.</summary>
    public long PartSize { get; init; }

    public string Location => $"s3://{_s3.Bucket}" + (_s3.Prefix is null ? string.Empty : $"/{_s3.Prefix}");

    public string LocationOf(string name) => $"{Location}/{name}";

    public async Task RequireReadyAsync(CancellationToken cancellationToken) => await _connection.CallAsync<object?>(
        async (client, token) =>
        {
            try
            {
                // Keys that may only write are good keys: a bucket is not listed to see whether it is there.
                using var none = await client.GetObjectAsync(
                    new GetObjectRequest { BucketName = _s3.Bucket, Key = KeyOf("evidence-.none") }, token);
            }
            catch (AmazonS3Exception answer) when (S3Errors.IsReady(answer))
            {
                return null;
            }

            return null;
        },
        cancellationToken);

    public EvidenceDraft? FindPending(string beginning)
    {
        var found = Directory.Exists(_outgoing)
            ? Directory.EnumerateFiles(_outgoing, beginning + "*.zip").Order(StringComparer.Ordinal).FirstOrDefault()
            : null;
        return found is null ? null : new EvidenceDraft(Path.GetFileName(found), found);
    }

    public EvidenceDraft Begin(string name) => EvidenceFiles.Begin(_outgoing, name, Half);

    public void Discard(EvidenceDraft draft) => EvidenceFiles.Delete(draft.File);

    public async Task KeepAsync(EvidenceDraft draft, string sha256, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        var whole = Path.Combine(_outgoing, draft.Name);
        var note = whole + Note;
        try
        {
            if (draft.File != whole)
            {
                File.Move(draft.File, whole, overwrite: true);
            }

            var upload = S3Upload.Read(note, LocationOf(draft.Name), sha256);
            if (upload is not { IsComplete: true })
            {
                upload = await new S3Sender(_s3, _connection, _clock, PartSize).SendAsync(
                    KeyOf(draft.Name), whole, note, upload ?? new S3Upload { Location = LocationOf(draft.Name), Sha256 = sha256 }, progress, cancellationToken);
            }

            await ProveAsync(draft.Name, upload, whole, note, progress, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw EvidenceFiles.Unwritable(_outgoing, failure);
        }

        EvidenceFiles.Delete(whole);
        EvidenceFiles.Delete(note);
    }

    public async Task<EvidenceCopy> OpenAsync(string location, CancellationToken cancellationToken)
    {
        if (!location.StartsWith($"s3://{_s3.Bucket}/", StringComparison.Ordinal))
        {
            throw new RollbackOpsException(ErrorId.EvidenceNotFound,
                $"'{Inert.Line(location)}' is not in the configured bucket '{_s3.Bucket}'.", "Check evidence.s3 in rollback.json.", location);
        }

        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            return await _connection.CallAsync(
                async (client, token) =>
                {
                    using var answer = await client.GetObjectAsync(Whole(location[(6 + _s3.Bucket.Length)..]), token);
                    await using var target = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None);
                    await answer.ResponseStream.CopyToAsync(target, token);
                    return new EvidenceCopy(file, answer.Metadata[HashName] is { Length: 64 } hash ? hash : null, IsTemporary: true);
                },
                cancellationToken);
        }
        catch
        {
            EvidenceFiles.Delete(file);
            throw;
        }
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>
    /// All of an object, as the range that it is: of anything else the SDK takes the ETag for an MD5, and throws at the end of what
    /// was changed before it could be looked at.
    /// </summary>
    private GetObjectRequest Whole(string key) => new() { BucketName = _s3.Bucket, Key = key, ByteRange = new ByteRange("bytes=0-") };

    private string KeyOf(string name) => _s3.Prefix is null ? name : $"{_s3.Prefix}/{name}";

    /// <summary>An answer of 200 proves nothing: what is stored is looked at.</summary>
    private async Task ProveAsync(
        string name, S3Upload upload, string file, string note, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        if (_s3.Proof == S3Proof.Checksum && await StatedAsync(name, cancellationToken) is { } stated)
        {
            Require(stated == ExpectedOf(upload), $"its checksum is {stated}, and not {ExpectedOf(upload)}");
            return;
        }

        var total = new FileInfo(file).Length;
        var (seen, length) = await _connection.CallAsync(
            async (client, token) =>
            {
                using var answer = await client.GetObjectAsync(Whole(KeyOf(name)), token);
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var block = new byte[256 * 1024];
                var done = 0L;
                for (int read; (read = await answer.ResponseStream.ReadAsync(block, token)) > 0 && done <= total;)
                {
                    hash.AppendData(block, 0, read);
                    done += read;
                    progress(new ByteProgress(done, total));
                }

                return (Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant(), done);
            },
            cancellationToken);
        Require(seen == upload.Sha256, $"it has {length} bytes with the SHA-256 {seen}, and {total} bytes with {upload.Sha256} were sent");

        void Require(bool isSame, string how)
        {
            if (!isSame)
            {
                // The archive stays here, and is sent anew by the next call.
                EvidenceFiles.Delete(note);
                throw new RollbackOpsException(ErrorId.EvidenceCorrupt,
                    $"What {LocationOf(name)} holds is not what was sent: {how}. The archive is still here: {file}",
                    "Call it again to send it anew; if that fails too, do not trust that store: Save-DeploymentLog -Destination.", LocationOf(name));
            }
        }
    }

    /// <summary>The SHA-256 checksum that the service states; null where it states none.</summary>
    private Task<string?> StatedAsync(string name, CancellationToken cancellationToken) => _connection.CallAsync<string?>(
        async (client, token) => (await client.GetObjectMetadataAsync(
            new GetObjectMetadataRequest { BucketName = _s3.Bucket, Key = KeyOf(name), ChecksumMode = ChecksumMode.ENABLED }, token)).ChecksumSHA256,
        cancellationToken);

    /// <summary>The checksum of the parts' checksums, and how many they are; of one piece, its own.</summary>
    private static string ExpectedOf(S3Upload upload) => upload.UploadId is null
        ? Convert.ToBase64String(Convert.FromHexString(upload.Sha256))
        : $"{Convert.ToBase64String(SHA256.HashData([.. upload.Parts.SelectMany(part => Convert.FromBase64String(part.Sha256))]))}-{upload.Parts.Count}";
}
