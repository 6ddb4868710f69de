using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RollbackOps.Rollbacks;

/// <summary>
/// The journal's form on disk: one JSON object a line. The last member is the SHA-256 of every byte of the line
/// before it, so that a line is checked as it stands, without writing it again.
/// </summary>
internal static class JournalCodec
{
    /// <summary>The version this code writes, and the newest it reads.</summary>
    public const int Version = 1;

    /// <summary>What the first record names as the one before it.</summary>
    public static readonly string Genesis = new('0', 64);

    private const string HashMember = ",\"hash\":\"";
    private const int HashSuffixLength = 9 + 64 + 2;

    /// <summary>One line with its line end, and its hash.</summary>
    public static (byte[] Line, string Hash) Encode(
        long number, DateTimeOffset at, JournalKind kind, string? rollbackId, JsonElement data, string previousHash)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("v", Version);
            writer.WriteNumber("n", number);
            writer.WriteString("at", at.UtcDateTime);
            writer.WriteString("kind", kind.ToString());
            if (rollbackId is not null)
            {
                writer.WriteString("rollback", rollbackId);
            }

            writer.WritePropertyName("data");
            data.WriteTo(writer);
            writer.WriteString("prev", previousHash);
            writer.WriteEndObject();
        }

        buffer.SetLength(buffer.Length - 1);
        var hash = Hex(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        buffer.Position = buffer.Length;
        buffer.Write(Encoding.ASCII.GetBytes($"{HashMember}{hash}\"}}\n"));
        return (buffer.ToArray(), hash);
    }

    /// <summary>The number and hash that the next record follows.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.JournalTooNew"/>.</exception>
    public static JournalHead HeadOf(byte[]? lastLine)
    {
        if (lastLine is null)
        {
            return new JournalHead(0, Genesis);
        }

        var record = Parse(lastLine, 0);
        return new JournalHead(record?.Number ?? 0, record?.Hash ?? Hex(lastLine));
    }

    /// <summary>Reads a whole journal and checks every record and the chain between them.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.JournalTooNew"/>.</exception>
    public static JournalReading Decode(ReadOnlySpan<byte> journal, JournalHead? head)
    {
        var records = new List<JournalRecord>();
        var chain = new JournalChain(records.Add);
        chain.Add(journal);
        return new JournalReading { Records = records, Findings = chain.Finish(head).Findings };
    }

    /// <summary>A line as a record, or null where it is none: whatever stands in an edited line, it is no failure.</summary>
    public static JournalRecord? Parse(ReadOnlySpan<byte> line, long lineNumber)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            return Parse(JsonElement.ParseValue(ref reader), line, lineNumber);
        }
        // An element of another type than asked for, or text that is no Unicode, is an InvalidOperationException.
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static JournalRecord? Parse(JsonElement root, ReadOnlySpan<byte> line, long lineNumber)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        // Every version keeps the hash where it is: a line that names a newer one and does not match it was edited.
        if (root.TryGetProperty("v", out var version) && version.TryGetInt32(out var written) && written > Version
            && IsIntact(line, Text(root, "hash") ?? string.Empty))
        {
            throw new RollbackOpsException(ErrorId.JournalTooNew,
                string.Create(CultureInfo.InvariantCulture,
                    $"Record {lineNumber} of the journal was written by a newer version (format {written}; this one reads up to {Version})."),
                "Update RollbackTools on this machine to the version that wrote it. Nothing was changed.");
        }

        if (!root.TryGetProperty("n", out var number) || !number.TryGetInt64(out var n)
            || !root.TryGetProperty("at", out var at) || !at.TryGetDateTimeOffset(out var time)
            || Text(root, "kind") is not { } kind || Text(root, "prev") is not { } previous
            || Text(root, "hash") is not { } hash || !root.TryGetProperty("data", out var data))
        {
            return null;
        }

        return new JournalRecord
        {
            Number = n,
            At = time.ToUniversalTime(),
            Kind = Enum.TryParse<JournalKind>(kind, out var known) ? known : JournalKind.Unknown,
            RollbackId = Text(root, "rollback"),
            Data = data,
            PreviousHash = previous,
            Hash = hash,
        };
    }

    /// <summary>Whether a line matches the hash that it states.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> line, string hash) =>
        line.Length > HashSuffixLength
        && line[^HashSuffixLength..].SequenceEqual(Encoding.ASCII.GetBytes($"{HashMember}{hash}\"}}"))
        && Hex(line[..^HashSuffixLength]) == hash;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>The SHA-256 of bytes, in hexadecimal.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes)).ToLowerInvariant();
}
