using System.Globalization;
using System.Text;
using System.Text.Json;
using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Redaction;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Incidents;

/// <summary>
/// Everything that belongs to an incident, written into an archive one source after the other. A source that cannot be read is
/// named in the archive with the reason (S32); the others are saved all the same.
/// </summary>
internal sealed class EvidenceSources
{
    private readonly RollbackContext _context;
    private readonly ILogReader _logs;
    private readonly EvidenceRequest _request;
    private readonly RollbackAttempt? _attempt;
    private readonly CancellationToken _cancellationToken;

    public EvidenceSources(
        RollbackContext context, ILogReader logs, EvidenceRequest request, RollbackAttempt? attempt, CancellationToken cancellationToken)
    {
        _context = context;
        _logs = logs;
        _request = request;
        _attempt = attempt;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Writes all of it; is told of each file before it is read.</summary>
    public async Task WriteAsync(EvidenceWriter writer, Action<string> tell)
    {
        tell("the journal");
        await writer.AddAsync("journal/journal.jsonl", EvidenceKind.Journal, _context.Store.Location,
            async lines =>
            {
                using var journal = _context.Store.OpenJournal();
                await lines.AddAsync(journal, _cancellationToken);
            });
        tell("the configuration");
        await writer.AddAsync("configuration/effective.jsonl", EvidenceKind.Configuration,
            _context.Settings.File ?? _context.Settings.BaseFolder, WriteConfiguration);
        await WriteMeasurementsAsync(writer);
        tell("probes");
        await WriteProbesAsync(writer);
        foreach (var group in _request.Inputs.GroupBy(input => (input.Name, input.Kind)))
        {
            await writer.AddAsync(group.Key.Name, group.Key.Kind, "the pipeline",
                lines => Each(group, input => lines.Add(input.Json)));
        }

        foreach (var id in await DeploymentsAsync())
        {
            tell($"the log of {id}");
            await WriteDeploymentLogAsync(writer, id);
        }

        foreach (var path in _context.Settings.Evidence.Logs.Concat(_request.Logs).SelectMany(Resolve).Distinct(StringComparer.Ordinal))
        {
            tell(path);
            await writer.AddAsync($"logs/files/{Unpacked(Path.GetFileName(path))}", EvidenceKind.Log, path, async lines =>
            {
                using var file = Open(path);
                await lines.AddAsync(file, _cancellationToken);
            });
        }
    }

    private Task WriteConfiguration(EvidenceLines lines) => Each(_request.Configuration, setting =>
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = RollbackJson.Compact.Options.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("path", setting.Path);
            json.WriteString("value", IsSecret(setting) ? Redactor.Mask : setting.Value);
            json.WriteString("source", setting.Source.ToString());
            json.WriteEndObject();
        }

        lines.Add(Encoding.UTF8.GetString(buffer.ToArray()));
    });

    /// <summary>A reference says where a secret is, and not what it is.</summary>
    private static bool IsSecret(EffectiveSetting setting) =>
        setting.Value is { Length: > 0 } value && !SecretReference.TryParse(value.Trim('"'), out _)
        && LiteralSecret.IsSensitiveName(setting.Path[(setting.Path.LastIndexOf('.') + 1)..]);

    /// <summary>What the verdicts followed from: the rollback's own, and the last one that was kept.</summary>
    private async Task WriteMeasurementsAsync(EvidenceWriter writer)
    {
        var inputs = _attempt is null ? null : _context.ReadLedger().Reading.Records
            .FirstOrDefault(record => record.Number == _attempt.FirstRecord)?
            .Read(RollbackJson.Compact.RollbackStartedData)?.Inputs;
        if (inputs is not null)
        {
            await writer.AddAsync("measurements/rollback.jsonl", EvidenceKind.Measurement, "the journal",
                lines => Each([inputs], one => lines.Add(JsonSerializer.Serialize(one, RollbackJson.Compact.DecisionInputs))));
        }

        if (KeptVerdict.ReadNote(_context) is { } kept)
        {
            await writer.AddAsync("measurements/last-verdict.jsonl", EvidenceKind.Measurement, _context.Store.Location,
                lines => lines.AddAsync(new MemoryStream(kept), _cancellationToken));
        }
    }

    /// <summary>How the service is now, and what was verified before.</summary>
    private async Task WriteProbesAsync(EvidenceWriter writer)
    {
        if (_context.Probe.Addresses.Count > 0)
        {
            await writer.AddAsync("probes/now.jsonl", EvidenceKind.Probe, "the service", async lines =>
            {
                foreach (var result in await ReadAsync(() => _context.Probe.ProbeAllAsync(expected: null, round: 1, _cancellationToken)))
                {
                    lines.Add(JsonSerializer.Serialize(result, RollbackJson.Compact.HealthCheckResult));
                }
            });
        }

        if (_attempt?.RollbackId is { } id)
        {
            var verified = _context.ReadLedger().Reading.Records
                .Where(record => record.Kind == JournalKind.Verified && record.RollbackId == id).ToList();
            if (verified.Count > 0)
            {
                await writer.AddAsync("probes/verifications.jsonl", EvidenceKind.Probe, "the journal",
                    lines => Each(verified, record => lines.Add(record.Data.GetRawText())));
            }
        }
    }

    /// <summary>The deployment rolled away from, the one rolled back to, and what is live.</summary>
    private async Task<IReadOnlyList<string>> DeploymentsAsync()
    {
        var ids = new List<string?> { _attempt?.Plan?.From.Id, _attempt?.Plan?.Target.Id, _attempt?.LiveId, _request.DeploymentId };
        try
        {
            ids.Add(await _context.Platform.ReadCurrentAsync(_cancellationToken));
        }
        catch (RollbackOpsException)
        {
            // The platform is down: what the journal knows is all there is, and each log says why it is missing.
        }

        return [.. ids.OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    private Task<EvidenceEntry> WriteDeploymentLogAsync(EvidenceWriter writer, string id) => writer.AddAsync(
        $"logs/deployments/{FileNameOf(id)}.log", EvidenceKind.Log, $"{_context.Platform.Name} {id}", async lines =>
        {
            await using var log = _context.Platform.ReadLogAsync(id, _cancellationToken).GetAsyncEnumerator(_cancellationToken);
            while (await ReadAsync(() => log.MoveNextAsync().AsTask()))
            {
                var line = log.Current;
                var at = line.At is { } time ? string.Create(CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} ") : string.Empty;
                lines.Add($"{line.Source}:{line.Number}: {at}{line.Text}");
            }
        });

    /// <summary>Reads from a source; what fails there is told in the archive, and ends nothing else.</summary>
    private static async Task<T> ReadAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception failure) when (failure is RollbackOpsException or IOException or UnauthorizedAccessException)
        {
            throw new EvidenceSourceException(failure.Message, failure);
        }
    }

    private Stream Open(string path)
    {
        try
        {
            return _logs.OpenUnpacked(path);
        }
        catch (RollbackOpsException failure)
        {
            throw new EvidenceSourceException(failure.Message, failure);
        }
    }

    /// <summary>The files that a path with a pattern names; a path that names none stays, so that its lack is told.</summary>
    private static IEnumerable<string> Resolve(string path)
    {
        var pattern = Path.GetFileName(path);
        if (!pattern.AsSpan().ContainsAny('*', '?'))
        {
            return [path];
        }

        var folder = Path.GetDirectoryName(path)!;
        var found = Directory.Exists(folder) ? Directory.GetFiles(folder, pattern) : [];
        Array.Sort(found, StringComparer.Ordinal);
        return found.Length > 0 ? found : [path];
    }

    private static string Unpacked(string name) => Path.GetExtension(name) is ".gz" or ".zst" ? Path.GetFileNameWithoutExtension(name) : name;

    /// <summary>A deployment's id as a file's name: an id is foreign text.</summary>
    private static string FileNameOf(string id) =>
        string.Concat(id.Take(100).Select(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' ? character : '_'));

    private static Task Each<T>(IEnumerable<T> all, Action<T> write)
    {
        foreach (var one in all)
        {
            write(one);
        }

        return Task.CompletedTask;
    }
}
