using System.IO.Compression;
using System.Text.Json;
using RollbackOps.Redaction;
using RollbackOps.Rollbacks;

namespace RollbackOps.Incidents;

/// <summary>
/// Writes an archive from front to back: each file is masked, hashed and packed while it is read, so that neither its size nor
/// the archive's is ever in memory. The form is ZIP, since a log's size is not known before it was masked.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2213", Justification = "Disposing an unfinished archive writes to it; Finish ends it.")]
internal sealed class EvidenceWriter : IDisposable
{
    private readonly HashingStream _target;
    private readonly ZipArchive _zip;
    private readonly Redactor _redactor;
    private readonly DateTimeOffset _at;
    private readonly List<EvidenceEntry> _entries = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="target">Where to; it stays open.</param>
    /// <param name="redactor">Masks what is secret in each line (S40).</param>
    /// <param name="at">What every file in it is dated.</param>
    public EvidenceWriter(Stream target, Redactor redactor, DateTimeOffset at)
    {
        _target = new HashingStream(target);
        _zip = new ZipArchive(_target, ZipArchiveMode.Create, leaveOpen: true);
        _redactor = redactor;
        _at = at;
    }

    /// <summary>What was written so far.</summary>
    public IReadOnlyList<EvidenceEntry> Entries => _entries;

    /// <summary>Adds a file. One that cannot be read to its end goes in as far as it could, and says so.</summary>
    /// <param name="name">Its name; where it is taken, a number is added.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="source">Where it comes from, for people.</param>
    /// <param name="write">Writes its lines.</param>
    public async Task<EvidenceEntry> AddAsync(string name, EvidenceKind kind, string source, Func<EvidenceLines, Task> write)
    {
        var own = Free(name);
        string? problem = null;
        EvidenceEntry entry;
        using (var packed = Create(own).Open())
        {
            using var hashed = new HashingStream(packed);
            using var mask = new LineMask(_redactor);
            var lines = new EvidenceLines(hashed, mask.Mask);
            try
            {
                await write(lines);
            }
            catch (EvidenceSourceException failure)
            {
                problem = failure.Message;
            }

            lines.Flush();
            entry = new EvidenceEntry
            {
                Name = own,
                Kind = kind,
                Source = source,
                Size = hashed.Count,
                Lines = lines.Count,
                MaskedLines = lines.Masked,
                Sha256 = hashed.Finish(),
                Problem = problem,
            };
        }

        _entries.Add(entry);
        return entry;
    }

    /// <summary>Writes the manifest and ends the archive; gives the SHA-256 and size of all of it.</summary>
    public (string Sha256, long Size) Finish(EvidenceManifest manifest)
    {
        using (var packed = Create(EvidenceManifest.FileName).Open())
        {
            packed.Write(JsonSerializer.SerializeToUtf8Bytes(manifest, RollbackJson.Indented.EvidenceManifest));
        }

        _zip.Dispose();
        return (_target.Finish(), _target.Count);
    }

    /// <summary>An archive that was not finished is not ended either: that would write more to what may be full.</summary>
    public void Dispose() => _target.Dispose();

    private ZipArchiveEntry Create(string name)
    {
        var entry = _zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = _at;
        return entry;
    }

    private string Free(string name)
    {
        var own = name;
        for (var number = 2; !_names.Add(own); number++)
        {
            own = $"{Path.ChangeExtension(name, null)}-{number}{Path.GetExtension(name)}";
        }

        return own;
    }
}

/// <summary>A source of evidence that cannot be read, or not to its end; the archive goes on without.</summary>
internal sealed class EvidenceSourceException(string message, Exception inner) : Exception(Inert.Line(message), inner);
