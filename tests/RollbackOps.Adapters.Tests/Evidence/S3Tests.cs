using System.Globalization;
using System.Net.Http.Headers;
using RollbackOps.Adapters.Evidence;
using RollbackOps.Adapters.Tests.Vercel;
using RollbackOps.Configuration;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Evidence;

/// <summary>The evidence in S3: cut off, turned away, lied to.</summary>
public sealed class S3Tests : IDisposable
{
    private const int Large = 200_000;
    private const int Part = 50_000;
    private static readonly S3Settings s_s3 = new()
    {
        Bucket = "backups",
        Prefix = "shop/evidence",
        Endpoint = new Uri("http://127.0.0.1:1/"),
        AccessKey = "key",
        SecretKey = "secret",
    };

    private readonly EvidenceWorld _world = new();
    private readonly MemoryS3 _s3 = new();
    private readonly VirtualClock _clock = new();
    private readonly List<IDisposable> _opened = [];

    private string Outgoing => _world.Root["outgoing"];

    [Theory]
    [InlineData(1000)]
    [InlineData(Large)]
    public async Task Save_IntoABucket_IsStoredProvenAndVerifiedLater(int size)
    {
        var id = await _world.RollBackAsync();

        var archive = await SaveAsync(size);

        Assert.StartsWith($"s3://backups/shop/evidence/evidence-{id}-", archive.Location, StringComparison.Ordinal);
        Assert.Equal(archive.Size, Assert.Single(_s3.Objects).Value.Length);
        Assert.Equal((archive.Size + Part - 1) / Part, _s3.Asked.Count(what => what.StartsWith("PUT", StringComparison.Ordinal)));
        Assert.Equal(archive.Sha256, _s3.Headers["x-amz-meta-sha256"]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Outgoing));
        Assert.True((await _world.CheckAsync(archive.Location, Store())).IsIntact);
    }

    [Fact]
    public async Task Save_WithEncryptionAndObjectLock_AsksForBoth()
    {
        var archive = await SaveAsync(1000, s_s3 with
        {
            Encryption = S3Encryption.Kms,
            KmsKey = "alias/evidence",
            ObjectLock = new ObjectLockSettings { Mode = ObjectLockMode.Compliance, Days = 365 },
        });

        Assert.Equal(EvidenceStatus.Saved, archive.Status);
        Assert.Equal("aws:kms", _s3.Headers["x-amz-server-side-encryption"]);
        Assert.Equal("alias/evidence", _s3.Headers["x-amz-server-side-encryption-aws-kms-key-id"]);
        Assert.Equal("COMPLIANCE", _s3.Headers["x-amz-object-lock-mode"]);
        var until = DateTimeOffset.Parse(_s3.Headers["x-amz-object-lock-retain-until-date"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.InRange((until - _clock.GetUtcNow()).TotalDays, 364.9, 365);
    }

    [Fact]
    public async Task Save_LargeWithEncryptionAndObjectLock_AsksForBoth()
    {
        await SaveAsync(Large, s_s3 with { Encryption = S3Encryption.Aes256, ObjectLock = new ObjectLockSettings { Days = 1 } });

        Assert.Equal("AES256", _s3.Headers["x-amz-server-side-encryption"]);
        Assert.Equal("GOVERNANCE", _s3.Headers["x-amz-object-lock-mode"]);
    }

    [Theory]
    [InlineData("POST ?uploads")]
    [InlineData("PUT ?partNumber=1")]
    [InlineData("PUT ?partNumber=3")]
    [InlineData("POST")]
    [InlineData("GET")]
    public async Task Save_CutOffAnywhere_GoesOnWhereItWas(string cut)
    {
        var id = await _world.RollBackAsync();
        using var stop = new CancellationTokenSource();
        _s3.Fault = what =>
        {
            // The bucket is looked at first.
            if (what == cut && _s3.Asked.Count > 1)
            {
                stop.Cancel();
            }

            return null;
        };
        var log = _world.AddLog("app.log", EvidenceWorld.Noise(Large));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _world.Saver(Store()).SaveAsync(EvidenceWorld.Request(log), stop.Token));
        _s3.Fault = _ => null;
        var before = _s3.Asked.Where(what => what.StartsWith("PUT", StringComparison.Ordinal)).ToList();

        var archive = await _world.SaveAsync(Store(), log);

        Assert.True(archive.IsResumed);
        Assert.Equal(id, archive.RollbackId);
        // None is sent twice but the one whose answer was never seen.
        var sent = _s3.Asked.Where(what => what.StartsWith("PUT", StringComparison.Ordinal)).ToList();
        var parts = (int)((archive.Size + Part - 1) / Part);
        Assert.InRange(parts, 3, 6);
        Assert.InRange(sent.Count, parts, parts + 1);
        Assert.Equal(parts, sent.Distinct().Count());
        Assert.All(before.SkipLast(1), part => Assert.Single(sent, part));
        Assert.Equal(archive.Sha256, Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Assert.Single(_s3.Objects).Value)).ToLowerInvariant());
        Assert.Single(_world.Root.Records(JournalKind.EvidenceSaved));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Outgoing));
    }

    [Fact]
    public async Task Save_UploadThatS3Forgot_BeginsAnew()
    {
        _s3.Fault = what => what == "PUT ?partNumber=2" ? MemoryS3.Error(403, "ExpiredToken") : null;
        var refused = await Assert.ThrowsAsync<RollbackOpsException>(() => SaveAsync(Large));
        Assert.Equal(ErrorId.EvidenceDenied, refused.Id);
        var isForgotten = false;
        _s3.Fault = what => what == "PUT ?partNumber=2" && !isForgotten && (isForgotten = true) ? MemoryS3.Error(404, "NoSuchUpload") : null;

        var archive = await SaveAsync(Large);

        Assert.True(archive.IsResumed);
        Assert.Equal(2, _s3.Asked.Count(what => what == "POST ?uploads"));
        Assert.True((await _world.CheckAsync(archive.Location, Store())).IsIntact);
    }

    [Theory]
    [InlineData(S3Proof.ReadBack, false)]
    [InlineData(S3Proof.ReadBack, true)]
    [InlineData(S3Proof.Checksum, true)]
    public async Task Save_WhatIsStoredIsSomethingElse_IsFoundAndNothingIsRecorded(S3Proof proof, bool statesChecksums)
    {
        _s3.StatesChecksums = statesChecksums;
        _s3.Store = content => [.. content[..^1], (byte)(content[^1] ^ 1)];

        var found = await Assert.ThrowsAsync<RollbackOpsException>(() => SaveAsync(1000, s_s3 with { Proof = proof }));

        Assert.Equal(ErrorId.EvidenceCorrupt, found.Id);
        Assert.Empty(_world.Root.Records(JournalKind.EvidenceSaved));
        // What is here is still whole, and is sent anew.
        _s3.Store = content => content;
        Assert.True((await SaveAsync(1000)).IsResumed);
    }

    [Theory]
    [InlineData(true, "HEAD")]
    [InlineData(false, "GET")]
    public async Task Save_ProofByChecksum_ReadsBackOnlyWhereNoneIsStated(bool statesChecksums, string last)
    {
        _s3.StatesChecksums = statesChecksums;

        await SaveAsync(Large, s_s3 with { Proof = S3Proof.Checksum });

        Assert.Equal(last, _s3.Asked[^1]);
    }

    [Theory]
    [InlineData(403, "InvalidAccessKeyId", ErrorId.EvidenceDenied)]
    [InlineData(403, "SignatureDoesNotMatch", ErrorId.EvidenceDenied)]
    [InlineData(403, "ExpiredToken", ErrorId.EvidenceDenied)]
    [InlineData(403, "RequestTimeTooSkewed", ErrorId.EvidenceDenied)]
    [InlineData(404, "NoSuchBucket", ErrorId.EvidenceNotFound)]
    [InlineData(301, "PermanentRedirect", ErrorId.EvidenceNotFound)]
    [InlineData(400, "AuthorizationHeaderMalformed", ErrorId.EvidenceNotFound)]
    [InlineData(500, "InternalError", ErrorId.EvidenceUnavailable)]
    [InlineData(503, "SlowDown", ErrorId.EvidenceUnavailable)]
    [InlineData(429, "TooManyRequests", ErrorId.EvidenceUnavailable)]
    public async Task Save_TurnedAwayForGood_SaysWhyBeforeAnythingIsCollected(int status, string code, ErrorId id)
    {
        _s3.Fault = _ => MemoryS3.Error(status, code);

        var refused = await Assert.ThrowsAsync<RollbackOpsException>(() => SaveAsync(1000));

        Assert.Equal(id, refused.Id);
        Assert.False(Directory.Exists(Outgoing));
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_KeysThatMayOnlyWriteAndRead_AreEnough()
    {
        _s3.Fault = _ => _s3.Asked.Count == 1 ? MemoryS3.Error(403, "AccessDenied") : null;

        Assert.Equal(EvidenceStatus.Saved, (await SaveAsync(1000)).Status);
    }

    [Theory]
    [InlineData(500, "InternalError")]
    [InlineData(503, "SlowDown")]
    [InlineData(429, "TooManyRequests")]
    public async Task Save_TurnedAwayForAWhile_WaitsAndGoesOn(int status, string code)
    {
        var fails = 3;
        _s3.Fault = what => what == "PUT ?partNumber=2" && fails-- > 0 ? Waiting(MemoryS3.Error(status, code)) : null;

        var archive = await SaveAsync(Large);

        Assert.Equal((EvidenceStatus.Saved, false), (archive.Status, archive.IsResumed));
        // As long as it asked for, where such an answer may ask.
        Assert.Equal(status != 500, _clock.Now - VirtualClock.Start >= TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task Save_AnswerThatNeverComes_IsGivenUpAndCanGoOn()
    {
        await using var server = new Probes.RawServer(static async (_, cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken));
        var silent = s_s3 with { Endpoint = server.Address, Timeout = TimeSpan.FromMilliseconds(100) };
        using var store = new S3EvidenceStore(silent, Outgoing, new NoSecrets(), _clock);

        var failed = await Assert.ThrowsAsync<RollbackOpsException>(() => store.RequireReadyAsync(CancellationToken.None));

        Assert.Equal(ErrorId.EvidenceUnavailable, failed.Id);
    }

    [Fact]
    public async Task Preview_OfABucket_SendsAndWritesNothing()
    {
        var preview = await _world.Saver(Store()).PreviewAsync(EvidenceWorld.Request(), CancellationToken.None);

        Assert.Equal(EvidenceStatus.Planned, preview.Status);
        Assert.Equal(["GET"], _s3.Asked);
        Assert.False(Directory.Exists(Outgoing));
    }

    public void Dispose()
    {
        _opened.ForEach(one => one.Dispose());
        _s3.Dispose();
        _world.Dispose();
    }

    private static HttpResponseMessage Waiting(HttpResponseMessage answer)
    {
        answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(30));
        return answer;
    }

    private S3EvidenceStore Store(S3Settings? settings = null)
    {
        var store = new S3EvidenceStore(settings ?? s_s3, Outgoing, new NoSecrets(), _clock, _s3) { PartSize = Part };
        _opened.Add(store);
        return store;
    }

    private Task<EvidenceArchive> SaveAsync(int size, S3Settings? settings = null) =>
        _world.SaveAsync(Store(settings), _world.AddLog("app.log", EvidenceWorld.Noise(size)));
}
