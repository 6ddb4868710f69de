using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Rollbacks;

/// <summary>Probes a target at its own address before anybody switches to it (S6).</summary>
internal sealed class TargetProber
{
    private const int TargetTries = 3;
    private static readonly TimeSpan s_betweenTries = TimeSpan.FromMilliseconds(500);

    // Longer than a second: a file that holds the time is to be seen changing.
    private static readonly TimeSpan s_betweenContents = TimeSpan.FromMilliseconds(1100);

    private readonly RollbackContext _context;
    private readonly Action<string> _tell;

    public TargetProber(RollbackContext context, Action<string> tell)
    {
        _context = context;
        _tell = tell;
    }

    /// <summary>What is not probed is shown; alone it blocks nothing.</summary>
    public static TargetProbe NotProbed(string why) => new() { Status = CheckStatus.NotProbed, Detail = why };

    /// <summary>Probes a target: once when it passes, three times before it counts as failed.</summary>
    /// <param name="target">The target.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="readsContents">Whether build files are read as well, which takes a second longer.</param>
    public async Task<TargetProbe> ProbeAsync(
        Deployment target, CancellationToken cancellationToken, bool readsContents = true)
    {
        if (_context.Settings.Health.Checks.Count == 0)
        {
            return NotProbed("no health check is configured");
        }

        var failure = string.Empty;
        for (var attempt = 1; attempt <= TargetTries; attempt++)
        {
            if (attempt > 1)
            {
                await Task.Delay(s_betweenTries, _context.Clock, cancellationToken);
            }

            try
            {
                await using var opened = await _context.Platform.OpenOwnAddressAsync(target, cancellationToken);
                if (opened is null)
                {
                    return NotProbed("the platform gives it no address of its own; configure platform.probe");
                }

                _tell($"Probing {target.Id} at its own address {opened.Address}, try {attempt}.");
                var results = await _context.Probe.ProbeAsync(opened, target, attempt, cancellationToken);
                if (results.Any(result => result.Status == CheckStatus.NotProbed))
                {
                    return NotProbed(results.First(result => result.Status == CheckStatus.NotProbed).ToString());
                }

                if (results.All(result => result.Status == CheckStatus.Passed && result.IsExpectedVersion != false))
                {
                    return new TargetProbe
                    {
                        Contents = readsContents
                            ? await ReadContentsAsync(opened, results, cancellationToken)
                            : new Dictionary<string, string>(),
                        Status = CheckStatus.Passed,
                        Detail = $"{results.Count} checks passed at {opened.Address}",
                        Tries = attempt,
                    };
                }

                failure = string.Join("; ", results
                    .Where(result => result.Status == CheckStatus.Failed || result.IsExpectedVersion == false)
                    .Select(result => result.IsExpectedVersion == false
                        ? $"{result.Name}: states version {result.ServedVersion}" : result.ToString()));
            }
            catch (RollbackOpsException unstarted) when (unstarted.Id is ErrorId.ActivationFailed)
            {
                failure = unstarted.Message;
            }
        }

        return new TargetProbe { Status = CheckStatus.Failed, Detail = failure, Tries = TargetTries };
    }

    private async Task<IReadOnlyDictionary<string, string>> ReadContentsAsync(
        ITargetAddress own, IReadOnlyList<HealthCheckResult> first, CancellationToken cancellationToken)
    {
        if (!BuildFileComparison.FilesAmong(_context.Settings.Health.Checks).Any())
        {
            return new Dictionary<string, string>();
        }

        await Task.Delay(s_betweenContents, _context.Clock, cancellationToken);
        return BuildFileComparison.Stable(
            first, await _context.Probe.ProbeAsync(own, expected: null, round: 1, cancellationToken));
    }
}
