using RollbackOps.Adapters.Backups;
using RollbackOps.Adapters.LocalState;
using RollbackOps.Databases;
using RollbackOps.Incidents;

namespace RollbackOps.Adapters.Evidence;

/// <summary>
/// Archives in a folder: written under another name, made durable, read back, and only then renamed. Beside each lies its
/// SHA-256, in the form that <c>sha256sum -c</c> reads.
/// </summary>
internal sealed class FolderEvidenceStore(string folder) : IEvidenceStore
{
    private const string Half = ".partial";
    private const string Beside = ".sha256";

    public string Location => folder;

    public string LocationOf(string name) => Path.Combine(folder, name);

    public Task RequireReadyAsync(CancellationToken cancellationToken)
    {
        // Nothing is written to find out: a preview asks this too.
        for (var place = folder; place is not null && !Directory.Exists(place); place = Path.GetDirectoryName(place))
        {
            if (File.Exists(place))
            {
                throw EvidenceFiles.Unwritable(folder, new IOException($"'{place}' is a file."));
            }
        }

        return Task.CompletedTask;
    }

    public EvidenceDraft? FindPending(string beginning) => null;

    public EvidenceDraft Begin(string name) => EvidenceFiles.Begin(folder, name, Half);

    public async Task KeepAsync(EvidenceDraft draft, string sha256, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            if (await FileHash.ComputeAsync(draft.File, progress, cancellationToken) is var seen && seen != sha256)
            {
                throw new RollbackOpsException(ErrorId.EvidenceCorrupt,
                    $"What was read back from '{draft.File}' is not what was written: its SHA-256 is {seen}, and not {sha256}.",
                    "Do not trust that disk; name another folder: Save-DeploymentLog -Destination.", draft.File);
            }

            var file = LocationOf(draft.Name);
            EvidenceFiles.WriteDurably(file + Beside, $"{sha256}  {draft.Name}\n");
            File.Move(draft.File, file);
            Durable.SyncFolder(folder);
        }
        catch (Exception failure)
        {
            Discard(draft);
            if (failure is IOException or UnauthorizedAccessException)
            {
                throw EvidenceFiles.Unwritable(folder, failure);
            }

            throw;
        }
    }

    public void Discard(EvidenceDraft draft)
    {
        EvidenceFiles.Delete(draft.File);
        if (!File.Exists(LocationOf(draft.Name)))
        {
            EvidenceFiles.Delete(LocationOf(draft.Name) + Beside);
        }
    }

    public Task<EvidenceCopy> OpenAsync(string location, CancellationToken cancellationToken)
    {
        if (!File.Exists(location))
        {
            throw new RollbackOpsException(ErrorId.EvidenceNotFound, $"There is no archive '{Inert.Line(location)}'.",
                "Look into the folder that evidence.folder names.", location);
        }

        return Task.FromResult(new EvidenceCopy(location, ReadBeside(location + Beside), IsTemporary: false));
    }

    private static string? ReadBeside(string file)
    {
        try
        {
            using var reader = new StreamReader(file);
            var hash = new char[64];
            return reader.ReadBlock(hash) == hash.Length && hash.All(char.IsAsciiHexDigit) ? new string(hash).ToLowerInvariant() : null;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
