using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;

namespace RollbackOps.Watching;

/// <summary>What was kept of an incident.</summary>
/// <param name="Evidence">The archive of its logs, or null.</param>
/// <param name="Report">Its report, or null.</param>
/// <param name="Problem">What could not be kept and why; null when everything was.</param>
internal sealed record KeptIncident(EvidenceArchive? Evidence, IncidentReport? Report, string? Problem);

/// <summary>Keeps the logs of an incident and writes its report, with nobody there to ask for it.</summary>
internal sealed class IncidentKeeper
{
    private readonly RollbackContext _context;
    private readonly IAdapterFactory _adapters;
    private readonly ISecretSource _secrets;
    private readonly IReadOnlyList<EffectiveSetting> _configuration;
    private readonly Action<RollbackProgress> _tell;

    public IncidentKeeper(
        RollbackContext context,
        IAdapterFactory adapters,
        ISecretSource secrets,
        IReadOnlyList<EffectiveSetting> configuration,
        Action<RollbackProgress> tell)
    {
        (_context, _adapters, _secrets, _configuration, _tell) = (context, adapters, secrets, configuration, tell);
    }

    /// <summary>Keeps what can be kept; one that fails keeps nothing from the other.</summary>
    /// <param name="deploymentId">The deployment that is bad.</param>
    /// <param name="result">What the rollback did, or null.</param>
    /// <param name="decision">The verdict that it followed, or null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<KeptIncident> KeepAsync(
        string deploymentId, RollbackResult? result, RollbackDecision? decision, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        EvidenceArchive? evidence = null;
        IncidentReport? report = null;
        // A verification alone is no rollback of the log.
        var rollbackId = result is { Steps.Count: > 0 } ? result.RollbackId : null;
        try
        {
            evidence = await SaveAsync(new EvidenceRequest
            {
                RollbackId = rollbackId,
                DeploymentId = deploymentId,
                Configuration = _configuration,
            }, cancellationToken);
        }
        catch (RollbackOpsException failure)
        {
            problems.Add($"the logs: {failure.Message}");
        }

        try
        {
            report = rollbackId is null ? null : await ReportAsync(result!, decision, cancellationToken);
        }
        catch (RollbackOpsException failure)
        {
            problems.Add($"the report: {failure.Message}");
        }

        return new KeptIncident(evidence, report, problems.Count == 0 ? null : string.Join("; ", problems));
    }

    private async Task<EvidenceArchive> SaveAsync(EvidenceRequest request, CancellationToken cancellationToken)
    {
        var store = _adapters.CreateEvidenceStore(_context.Settings, folder: null, _secrets, _context.Clock);
        using var opened = store as IDisposable;
        return await new EvidenceSaver(_context, store, _adapters.CreateLogReader(), _tell).SaveAsync(request, cancellationToken);
    }

    private async Task<IncidentReport> ReportAsync(RollbackResult result, RollbackDecision? decision, CancellationToken cancellationToken)
    {
        var input = new ReportInput { Result = result, Decision = decision };
        var reporter = new IncidentReporter(_context);
        var report = reporter.Make(input);
        var (measured, unreadable) = await new IncidentTraffic(_context).ReadAsync(report, cancellationToken);
        if (measured.Count + unreadable.Count > 0)
        {
            report = reporter.Make(input with { Measurements = measured, Unreadable = unreadable });
        }

        return new ReportFiles(_context, _adapters.CreateReportRenderer(), _adapters.CreateMeetingCalendar())
            .Write(report, folder: null, [], isRefresh: false);
    }
}
