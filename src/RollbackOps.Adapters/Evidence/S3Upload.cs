using System.Text.Json;
using System.Text.Json.Serialization;

namespace RollbackOps.Adapters.Evidence;

/// <summary>
/// How far the upload of an archive is; it lies beside the archive, and is written after each part, so that a process that
/// takes it up sends only what is missing. S3's own list of parts is not asked for: not every service has one.
/// </summary>
internal sealed record S3Upload
{
    /// <summary>Where to: an upload to another place is none of ours.</summary>
    public required string Location { get; init; }

    /// <summary>The SHA-256 of the archive, in hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>S3's name of the upload; null before one was begun, and for an archive that is sent in one piece.</summary>
    public string? UploadId { get; init; }

    public long PartSize { get; init; }

    /// <summary>Whether S3 was told that it is complete, and only the proof is missing.</summary>
    public bool IsComplete { get; init; }

    public IReadOnlyList<S3Part> Parts { get; init; } = [];

    /// <summary>Reads one; null where there is none, or it is of another archive, or cut off.</summary>
    public static S3Upload? Read(string file, string location, string sha256)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), S3Json.Default.S3Upload) is { } upload
                && upload.Location == location && upload.Sha256 == sha256
                ? upload
                : null;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public void Write(string file) => EvidenceFiles.WriteDurably(file, JsonSerializer.Serialize(this, S3Json.Default.S3Upload));
}

/// <summary>A part that S3 took.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="ETag">What S3 calls it.</param>
/// <param name="Sha256">Its SHA-256, in base64 as S3 has it.</param>
internal sealed record S3Part(int Number, string ETag, string Sha256);

[JsonSerializable(typeof(S3Upload))]
internal sealed partial class S3Json : JsonSerializerContext;
