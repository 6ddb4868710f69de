using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Configuration;

/// <summary>The part of the table of settings that is the evidence's.</summary>
internal static class EvidenceTable
{
    private static readonly ObjectShape s_objectLock = new(
        typeof(ObjectLockSettings),
        "A retention that the bucket enforces (S3 Object Lock).",
        [
            new(nameof(ObjectLockSettings.Mode), ChoiceShape.Of<ObjectLockMode>(),
                "Whether somebody with the right to may lift it, or nobody."),
            new(nameof(ObjectLockSettings.Days), NumberShape.Whole(1, 36_500), "For how many days from the saving on.")
                { IsRequired = true },
        ]);

    private static readonly ObjectShape s_s3 = new(
        typeof(S3Settings),
        "A bucket in S3, or in a service that speaks its language.",
        [
            new(nameof(S3Settings.Bucket), new TextShape("the name of a bucket", "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", longest: 63),
                "The bucket's name.") { IsRequired = true },
            new(nameof(S3Settings.Prefix), new TextShape("the begin of a key, without a slash at its ends", "^(?!env:|secret:)[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*$", longest: 500),
                "What the keys of the archives begin with; a slash is put after it."),
            new(nameof(S3Settings.Region), new TextShape("the name of a region", "^[a-z0-9-]+$", longest: 50), "The region."),
            new(nameof(S3Settings.Endpoint), new ServiceAddressShape(),
                "The service's address, where it is not Amazon's own; the bucket is then part of the path."),
            new(nameof(S3Settings.AccessKey), new ReferenceShape(),
                "A reference to the access key's id; it is resolved only when it is used.")
                { DefaultInWords = "what the AWS SDK finds: its variables, a profile, the machine's role" },
            new(nameof(S3Settings.SecretKey), new ReferenceShape(), "A reference to the secret access key."),
            new(nameof(S3Settings.SessionToken), new ReferenceShape(), "A reference to the session token of temporary keys."),
            new(nameof(S3Settings.Encryption), ChoiceShape.Of<S3Encryption>(), "How the service encrypts what it stores."),
            new(nameof(S3Settings.KmsKey), new TextShape("the id or ARN of a key", "^[A-Za-z0-9:/_-]+$", longest: 300),
                "The key of kms.") { DefaultInWords = "the account's own" },
            new(nameof(S3Settings.ObjectLock), s_objectLock, s_objectLock.Description),
            new(nameof(S3Settings.PartSize), NumberShape.Whole(5, 512), "The size of the parts that an archive is sent in, in MiB."),
            new(nameof(S3Settings.Timeout), new DurationShape(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
                "How long one request may take."),
            new(nameof(S3Settings.Proof), ChoiceShape.Of<S3Proof>(),
                "How it is proven that what was sent is what is stored: it is read back, or the service's own checksum counts."),
        ])
    {
        Rule = s3 => Fault((S3Settings)s3),
    };

    /// <summary>The evidence section.</summary>
    public static ObjectShape Section { get; } = new(
        typeof(EvidenceSettings),
        "Where the evidence of incidents is kept.",
        [
            new(nameof(EvidenceSettings.Folder), new PathShape(), "The folder that archives are kept in.")
                { DefaultInWords = "evidence/ in the state folder" },
            new(nameof(EvidenceSettings.S3), s_s3, s_s3.Description),
            new(nameof(EvidenceSettings.Logs), new ListShape<string>("a list of log files", new PathShape()),
                "The service's log files, which go into every archive; the last part of a path may be a pattern (*.log)."),
        ])
    {
        Rule = evidence => evidence is EvidenceSettings { Folder: not null, S3: not null }
            ? (nameof(EvidenceSettings.Folder), "stands beside s3; evidence is kept in one of them")
            : null,
    };

    private static (string Property, string Message)? Fault(S3Settings s3)
    {
        if (s3.AccessKey is null != s3.SecretKey is null)
        {
            return (s3.AccessKey is null ? nameof(s3.SecretKey) : nameof(s3.AccessKey), "accessKey and secretKey belong together");
        }

        if (s3.SessionToken is not null && s3.AccessKey is null)
        {
            return (nameof(s3.SessionToken), "belongs to an accessKey and a secretKey");
        }

        return s3 is { KmsKey: not null, Encryption: not S3Encryption.Kms }
            ? (nameof(s3.KmsKey), "is the key of encryption 'kms'")
            : null;
    }
}
