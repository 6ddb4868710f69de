using System.Globalization;
using RollbackOps.Databases;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Incidents;

/// <summary>Saves the evidence of an incident as one archive (the procedure's "preserve logs for analysis").</summary>
internal sealed class EvidenceSaver
{
    private readonly RollbackContext _context;
    private readonly IEvidenceStore _store;
    private readonly ILogReader _logs;
    private readonly Action<RollbackProgress> _news;
    private readonly StepTeller _tell;

    public EvidenceSaver(RollbackContext context, IEvidenceStore store, ILogReader logs, Action<RollbackProgress> tell)
    {
        _context = context;
        _store = store;
        _logs = logs;
        _news = tell;
        _tell = new StepTeller(tell, context.Clock);
    }

    /// <summary>What would be saved, with its sizes: everything is read and nothing is written (S15).</summary>
    /// <exception cref="RollbackOpsException">It could not be saved either.</exception>
    public async Task<EvidenceArchive> PreviewAsync(EvidenceRequest request, CancellationToken cancellationToken)
    {
        var incident = Find(request);
        await _store.RequireReadyAsync(cancellationToken);
        if (Pending(incident) is { } draft)
        {
            return await FromAsync(draft, EvidenceStatus.Planned, cancellationToken);
        }

        return await WriteAsync(Stream.Null, NameOf(incident), request, incident, EvidenceStatus.Planned, cancellationToken);
    }

    /// <summary>Saves it, or goes on with an upload of it that was cut off.</summary>
    /// <exception cref="RollbackOpsException">It could not be saved; no half archive is left under its name.</exception>
    public async Task<EvidenceArchive> SaveAsync(EvidenceRequest request, CancellationToken cancellationToken)
    {
        var incident = Find(request);
        await _store.RequireReadyAsync(cancellationToken);
        if (Pending(incident) is { } draft)
        {
            _tell.Detail($"An upload of {draft.Name} was cut off; it goes on.");
            return await KeepAsync(draft, await FromAsync(draft, EvidenceStatus.Saved, cancellationToken), cancellationToken);
        }

        draft = _store.Begin(NameOf(incident));
        EvidenceArchive archive;
        try
        {
            using var file = new FileStream(draft.File, FileMode.Create, FileAccess.Write, FileShare.None, 256 * 1024);
            archive = await WriteAsync(file, draft.Name, request, incident, EvidenceStatus.Saved, cancellationToken);
            file.Flush(flushToDisk: true);
        }
        catch (Exception failure)
        {
            _store.Discard(draft);
            // A limit on the size of files is reported as an argument out of range.
            if (failure is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
            {
                throw Unwritable(draft, failure);
            }

            throw;
        }

        return await KeepAsync(draft, archive, cancellationToken);
    }

    private async Task<EvidenceArchive> KeepAsync(EvidenceDraft draft, EvidenceArchive archive, CancellationToken cancellationToken)
    {
        _tell.Begin(2, 2, $"Keep {archive.Name} in {_store.Location}");
        await _store.KeepAsync(draft, archive.Sha256, _tell.Bytes, cancellationToken);
        _context.Journal.Append(JournalKind.EvidenceSaved, archive.RollbackId,
            new EvidenceSavedData
            {
                Name = archive.Name,
                Location = archive.Location,
                Sha256 = archive.Sha256,
                Size = archive.Size,
                Files = archive.Entries.Count,
                By = _context.Actor,
            },
            RollbackJson.Compact.EvidenceSavedData);
        return archive;
    }

    private async Task<EvidenceArchive> WriteAsync(
        Stream target, string name, EvidenceRequest request, RollbackAttempt? incident, EvidenceStatus status, CancellationToken cancellationToken)
    {
        _tell.Begin(1, 2, "Collect the evidence");
        var now = _context.Clock.GetUtcNow();
        using var writer = new EvidenceWriter(target, _context.Redactor, now);
        await new EvidenceSources(_context, _logs, request, incident, cancellationToken)
            .WriteAsync(writer, source => _news(new RollbackProgress(ProgressKind.Bytes, $"Reading {source}", 1, 2, _tell.Elapsed)));
        foreach (var entry in writer.Entries.Where(entry => entry.Problem is not null))
        {
            _tell.Warn($"{entry.Name} is incomplete: {entry.Problem}");
        }

        var entries = writer.Entries;
        var (sha256, size) = writer.Finish(new EvidenceManifest
        {
            Version = EvidenceManifest.Newest,
            Name = name,
            Project = _context.Settings.Project,
            Environment = _context.Settings.Environment,
            RollbackId = incident?.RollbackId,
            CreatedAt = now,
            Host = Environment.MachineName,
            By = _context.Actor,
            Entries = entries,
        });
        return Archive(name, status, incident?.RollbackId, size, sha256, entries);
    }

    /// <summary>An archive whose upload was cut off, as it lies here.</summary>
    private async Task<EvidenceArchive> FromAsync(EvidenceDraft draft, EvidenceStatus status, CancellationToken cancellationToken)
    {
        var (sha256, size) = await EvidenceVerifier.HashAsync(draft.File, cancellationToken);
        var manifest = EvidenceVerifier.ReadManifest(draft.File);
        return Archive(draft.Name, status, manifest.RollbackId, size, sha256, manifest.Entries) with { IsResumed = true };
    }

    private EvidenceArchive Archive(
        string name, EvidenceStatus status, string? rollbackId, long size, string sha256, IReadOnlyList<EvidenceEntry> entries) => new()
        {
            Name = name,
            Location = _store.LocationOf(name),
            Status = status,
            Project = _context.Settings.Project,
            Environment = _context.Settings.Environment,
            RollbackId = rollbackId,
            Size = size,
            Sha256 = sha256,
            Entries = entries,
        };

    private RollbackAttempt? Find(EvidenceRequest request)
    {
        var ledger = _context.ReadLedger();
        if (request.RollbackId is { } rollbackId)
        {
            return ledger.Find(rollbackId) ?? throw new RollbackOpsException(ErrorId.RollbackNotFound,
                $"The log holds no rollback '{Inert.Line(rollbackId)}'.", "Look at Get-RollbackLog.", rollbackId);
        }

        return request.DeploymentId is not null ? null : ledger.Attempts.LastOrDefault(attempt => attempt.RollbackId is not null);
    }

    /// <summary>One that is damaged here cannot be sent as what it was, and a new one takes its place.</summary>
    private EvidenceDraft? Pending(RollbackAttempt? incident)
    {
        if (_store.FindPending(Beginning(incident)) is not { } draft)
        {
            return null;
        }

        try
        {
            EvidenceVerifier.ReadManifest(draft.File);
            return draft;
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            _tell.Warn($"{draft.Name}, whose upload was cut off, cannot be read any more: {failure.Message}");
            return null;
        }
    }

    private string NameOf(RollbackAttempt? incident) =>
        string.Create(CultureInfo.InvariantCulture, $"{Beginning(incident)}{_context.Clock.GetUtcNow():yyyyMMddTHHmmssfff}Z.zip");

    private string Beginning(RollbackAttempt? incident) => $"evidence-{incident?.RollbackId ?? _context.Settings.Environment}-";

    private static RollbackOpsException Unwritable(EvidenceDraft draft, Exception failure) => new(ErrorId.EvidenceUnwritable,
        $"The archive cannot be written to '{Path.GetDirectoryName(draft.File)}': {failure.Message} Nothing of it is left there.",
        "Check free space and rights there (df, ls -l), or name another folder: Save-DeploymentLog -Destination.", draft.File, failure);
}
