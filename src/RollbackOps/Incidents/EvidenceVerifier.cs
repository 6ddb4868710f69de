using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using RollbackOps.Rollbacks;

namespace RollbackOps.Incidents;

/// <summary>Checks a stored archive: its own SHA-256, and that of every file in it.</summary>
internal sealed class EvidenceVerifier
{
    private const long MostManifest = 64 << 20;
    private readonly RollbackLedger _ledger;
    private readonly IEvidenceStore _store;

    public EvidenceVerifier(RollbackLedger ledger, IEvidenceStore store)
    {
        _ledger = ledger;
        _store = store;
    }

    /// <summary>Checks.</summary>
    /// <exception cref="RollbackOpsException">There is none at that place, or it cannot be read.</exception>
    public async Task<EvidenceCheck> CheckAsync(string location, CancellationToken cancellationToken)
    {
        using var copy = await _store.OpenAsync(location, cancellationToken);
        try
        {
            return await CheckAsync(location, copy, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.EvidenceUnavailable,
                $"'{location}' cannot be read: {failure.Message}", "Check its rights.", location, failure);
        }
    }

    /// <summary>The SHA-256 (hexadecimal) and size of a file.</summary>
    public static async Task<(string Sha256, long Size)> HashAsync(string file, CancellationToken cancellationToken)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return (Hex(await SHA256.HashDataAsync(stream, cancellationToken)), stream.Length);
    }

    /// <summary>What an archive says about itself.</summary>
    /// <exception cref="InvalidDataException">It is none, or says nothing that can be read.</exception>
    public static EvidenceManifest ReadManifest(string file)
    {
        using var zip = ZipFile.OpenRead(file);
        return ReadManifest(zip);
    }

    private async Task<EvidenceCheck> CheckAsync(string location, EvidenceCopy copy, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(location);
        var recorded = _ledger.EvidenceOf(name);
        var findings = new List<EvidenceFinding>();
        var (sha256, size) = await HashAsync(copy.File, cancellationToken);
        var expected = recorded?.Sha256 ?? copy.Sha256;
        var files = await CheckFilesAsync(copy.File, findings, cancellationToken);
        if (expected is not null && expected != sha256)
        {
            var where = findings.Count > 0 ? string.Empty : " Every file in it reads as it was written: the change is in the archive's own structure.";
            findings.Add(Finding(name, $"The archive's SHA-256 is {sha256}, and {expected} was saved.{where}"));
        }

        if (recorded is not null && copy.Sha256 is { } beside && beside != recorded.Sha256)
        {
            findings.Add(Finding(name, "The SHA-256 that lies beside the archive is not the one in the journal."));
        }

        return new EvidenceCheck
        {
            Location = location,
            Witness = recorded is not null ? EvidenceWitness.Journal : copy.Sha256 is not null ? EvidenceWitness.Beside : EvidenceWitness.Manifest,
            Sha256 = sha256,
            Size = size,
            Files = files,
            Findings = findings,
        };
    }

    private static async Task<int> CheckFilesAsync(string file, List<EvidenceFinding> findings, CancellationToken cancellationToken)
    {
        ZipArchive zip;
        EvidenceManifest manifest;
        try
        {
            zip = ZipFile.OpenRead(file);
        }
        catch (InvalidDataException broken)
        {
            findings.Add(Finding(Path.GetFileName(file), $"It is no archive that can be opened: {broken.Message}"));
            return 0;
        }

        using (zip)
        {
            try
            {
                manifest = ReadManifest(zip);
            }
            catch (InvalidDataException broken)
            {
                findings.Add(Finding(EvidenceManifest.FileName, $"{EvidenceManifest.FileName} was changed: {broken.Message}"));
                return 0;
            }

            var there = zip.Entries.ToLookup(entry => entry.FullName, StringComparer.Ordinal);
            foreach (var expected in manifest.Entries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (there[expected.Name].Count() != 1)
                {
                    findings.Add(Finding(expected.Name, $"{expected.Name} is {(there[expected.Name].Any() ? "there twice" : "missing")}."));
                }
                else if (await FaultOfAsync(there[expected.Name].Single(), expected, cancellationToken) is { } fault)
                {
                    findings.Add(Finding(expected.Name, $"{expected.Name} was changed: {fault}"));
                }
            }

            var known = manifest.Entries.Select(entry => entry.Name).Append(EvidenceManifest.FileName).ToHashSet(StringComparer.Ordinal);
            findings.AddRange(there.Where(entry => !known.Contains(entry.Key))
                .Select(entry => Finding(Inert.Line(entry.Key), $"{Inert.Line(entry.Key)} is in the archive, and its manifest does not know it.")));
            return manifest.Entries.Count;
        }
    }

    /// <summary>What is wrong with a file in the archive; null when nothing is.</summary>
    private static async Task<string?> FaultOfAsync(ZipArchiveEntry entry, EvidenceEntry expected, CancellationToken cancellationToken)
    {
        try
        {
            using var content = entry.Open();
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var block = new byte[16 * 1024];
            var size = 0L;
            for (int read; (read = await content.ReadAsync(block, cancellationToken)) > 0;)
            {
                hash.AppendData(block, 0, read);
                size += read;
                if (size > expected.Size)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"it is longer than the {expected.Size} bytes that were saved.");
                }
            }

            return size != expected.Size
                ? string.Create(CultureInfo.InvariantCulture, $"it has {size} bytes, and {expected.Size} were saved.")
                : Hex(hash.GetHashAndReset()) != expected.Sha256 ? "its SHA-256 is another one." : null;
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            return $"it cannot be unpacked: {broken.Message}";
        }
    }

    private static EvidenceManifest ReadManifest(ZipArchive zip)
    {
        try
        {
            var entry = zip.GetEntry(EvidenceManifest.FileName) ?? throw new InvalidDataException("it holds no manifest.");
            using var content = entry.Open();
            using var bytes = new MemoryStream();
            var block = new byte[64 * 1024];
            for (int read; (read = content.Read(block)) > 0 && bytes.Length < MostManifest;)
            {
                bytes.Write(block, 0, read);
            }

            var manifest = JsonSerializer.Deserialize(bytes.ToArray(), RollbackJson.Compact.EvidenceManifest);
            return manifest?.Version switch
            {
                EvidenceManifest.Newest when manifest.Entries is not null => manifest,
                > EvidenceManifest.Newest => throw new InvalidDataException("it was written by a newer version of this module."),
                _ => throw new InvalidDataException("it says nothing."),
            };
        }
        catch (Exception broken) when (broken is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException("its manifest cannot be read.", broken);
        }
    }

    private static string Hex(byte[] hash) => Convert.ToHexString(hash).ToLowerInvariant();

    private static EvidenceFinding Finding(string name, string detail) => new() { Name = name, Detail = detail };
}
