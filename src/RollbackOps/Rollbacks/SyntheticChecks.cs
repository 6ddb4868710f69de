using System.Text.Json;
using RollbackOps.Deployments;
using RollbackOps.Redaction;
using RollbackOps.Signals;

namespace RollbackOps.Rollbacks;

/// <summary>
/// Checks that write, like a chat message: each costs money and leaves something behind, so it is made at most once in a window,
/// whoever verifies and however often. What came of it is kept beside the journal.
/// </summary>
internal sealed class SyntheticChecks
{
    private readonly RollbackContext _context;
    private readonly string? _rollbackId;
    private readonly VerificationWindow _window;
    private IReadOnlyList<HealthCheckResult>? _made;

    public SyntheticChecks(RollbackContext context, string? rollbackId, VerificationWindow window)
    {
        _context = context;
        _rollbackId = rollbackId;
        _window = window;
        if (_context.Probe.MakesWritingOnce && rollbackId is not null && ReadNote() is { } kept
            && kept.RollbackId == rollbackId && kept.Window == window)
        {
            _made = kept.Results;
        }
    }

    /// <summary>What the checks that write gave at the first address; they are made where they were not yet.</summary>
    public async Task<IReadOnlyList<HealthCheckResult>> OfAsync(Uri address, Deployment deployment, CancellationToken cancellationToken)
    {
        if (!_context.Probe.MakesWritingOnce || address != _context.Probe.Addresses[0])
        {
            return [];
        }

        if (_made is null)
        {
            _made = await _context.Probe.ProbeAsync(address, deployment, [], writes: true, cancellationToken);
            Keep(_made);
        }

        return _made;
    }

    private string NoteName => $"synthetic.{_context.Settings.Environment}.json";

    private void Keep(IReadOnlyList<HealthCheckResult> results)
    {
        try
        {
            _context.Store.KeepNote(NoteName, JsonSerializer.SerializeToUtf8Bytes(
                (SyntheticResults)ObjectTexts.Mask(
                    new SyntheticResults { RollbackId = _rollbackId, Window = _window, Results = results }, _context.Redactor.Redact),
                RollbackJson.Compact.SyntheticResults));
        }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException)
        {
            // This process knows; the next one would ask once more.
        }
    }

    private SyntheticResults? ReadNote()
    {
        try
        {
            return _context.Store.ReadNote(NoteName) is { } note
                ? JsonSerializer.Deserialize(note, RollbackJson.Compact.SyntheticResults)
                : null;
        }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            return null;
        }
    }
}

/// <summary>What the checks that write gave in a window.</summary>
internal sealed record SyntheticResults
{
    public string? RollbackId { get; init; }

    public required VerificationWindow Window { get; init; }

    public IReadOnlyList<HealthCheckResult> Results { get; init; } = [];
}
