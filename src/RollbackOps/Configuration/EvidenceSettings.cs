namespace RollbackOps.Configuration;

/// <summary>The evidence section: where what belongs to an incident is kept, and which logs belong to it.</summary>
public sealed record EvidenceSettings
{
    internal EvidenceSettings()
    {
    }

    /// <summary>The folder that archives are kept in, absolute; null for <c>evidence/</c> in the state folder.</summary>
    public string? Folder { get; init; }

    /// <summary>The S3 bucket that archives are kept in, in place of a folder; null for none.</summary>
    public S3Settings? S3 { get; init; }

    /// <summary>The service's log files, absolute; the last part may be a pattern. Each goes into every archive.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];
}

/// <summary>The section of a bucket in S3, or in a service that speaks its language.</summary>
public sealed record S3Settings
{
    internal S3Settings()
    {
    }

    /// <summary>The bucket's name.</summary>
    public required string Bucket { get; init; }

    /// <summary>What the keys of the archives begin with; null for nothing.</summary>
    public string? Prefix { get; init; }

    /// <summary>The region. Default <c>us-east-1</c>.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The service's address, where it is not Amazon's own; the bucket is then part of the path.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>A reference to the access key's id; null for what the AWS SDK finds by itself.</summary>
    public string? AccessKey { get; init; }

    /// <summary>A reference to the secret access key.</summary>
    public string? SecretKey { get; init; }

    /// <summary>A reference to the session token of temporary keys, or null.</summary>
    public string? SessionToken { get; init; }

    /// <summary>How the service encrypts what it stores. Default: as the bucket is set up.</summary>
    public S3Encryption Encryption { get; init; }

    /// <summary>The key of <see cref="S3Encryption.Kms"/>, by id or ARN; null for the account's own.</summary>
    public string? KmsKey { get; init; }

    /// <summary>Until when nobody may delete or replace an archive, or null.</summary>
    public ObjectLockSettings? ObjectLock { get; init; }

    /// <summary>The size of the parts that an archive is sent in, in MiB. Default 8.</summary>
    public int PartSize { get; init; } = 8;

    /// <summary>How long one request may take. Default 60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How it is proven that what was sent is what is stored. Default: it is read back.</summary>
    public S3Proof Proof { get; init; }
}

/// <summary>How S3 encrypts what it stores.</summary>
public enum S3Encryption
{
    /// <summary>As the bucket is set up.</summary>
    Bucket,

    /// <summary>With keys of S3's own (SSE-S3, AES-256).</summary>
    Aes256,

    /// <summary>With a key of the key management service (SSE-KMS).</summary>
    Kms,
}

/// <summary>How it is proven that what was sent is what is stored.</summary>
public enum S3Proof
{
    /// <summary>The whole archive is read back and hashed.</summary>
    ReadBack,

    /// <summary>The service's own SHA-256 checksum counts; where it states none, the archive is read back.</summary>
    Checksum,
}

/// <summary>A retention that the bucket enforces (S3 Object Lock).</summary>
public sealed record ObjectLockSettings
{
    internal ObjectLockSettings()
    {
    }

    /// <summary>Whether somebody with a right of its own may lift it. Default <see cref="ObjectLockMode.Governance"/>.</summary>
    public ObjectLockMode Mode { get; init; }

    /// <summary>For how many days from the saving on.</summary>
    public required int Days { get; init; }
}

/// <summary>Who may lift a retention.</summary>
public enum ObjectLockMode
{
    /// <summary>Who has the right to.</summary>
    Governance,

    /// <summary>Nobody, the account's owner included.</summary>
    Compliance,
}
