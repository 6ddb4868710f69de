using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Rollbacks;

/// <summary>Reads build files of two deployments, so that what is served can be told by them (S23).</summary>
internal sealed class BuildFileComparison
{
    private readonly RollbackContext _context;

    public BuildFileComparison(RollbackContext context) => _context = context;

    private IEnumerable<HealthCheckSettings> Checks => FilesAmong(_context.Settings.Health.Checks);

    /// <summary>The checks whose identity is their content.</summary>
    public static IEnumerable<HealthCheckSettings> FilesAmong(IEnumerable<HealthCheckSettings> checks) =>
        checks.Where(check => check.Identity?.Content is not null);

    /// <summary>What each check's file holds in both of two readings; a file that differs between them proves nothing.</summary>
    public static IReadOnlyDictionary<string, string> Stable(
        IReadOnlyList<HealthCheckResult> first, IReadOnlyList<HealthCheckResult> second) => first
            .Where(result => result is { ServedVersion: not null, FromCache: false }
                && second.Any(again => again.Name == result.Name && !again.FromCache
                    && again.ServedVersion == result.ServedVersion))
            .ToDictionary(result => result.Name, result => result.ServedVersion!);

    /// <summary>Compares the target's files, read at its own address, with those of what is live.</summary>
    public async Task<IReadOnlyList<BuildFile>> CompareAsync(
        Deployment current, TargetProbe target, CancellationToken cancellationToken)
    {
        if (!Checks.Any())
        {
            return [];
        }

        var live = target.Contents.Count == 0 ? [] : await ReadLiveAsync(current, cancellationToken);
        return [.. Checks.Select(check => Compare(
            check.Name,
            target.Contents.GetValueOrDefault(check.Name),
            live.GetValueOrDefault(check.Name),
            target))];
    }

    private static BuildFile Compare(string check, string? expected, string? before, TargetProbe target) => new()
    {
        Check = check,
        Expected = expected,
        Before = before,
        ProvesNothingBecause =
            expected is null ? target.Status == CheckStatus.NotProbed
                ? $"the target's own is not known: {target.Detail}"
                : "the target's own cannot be read, or differs from one reading to the next"
            : before is null ? "that of what was live cannot be read"
            : before == expected ? "it is the same in what was live"
            : null,
    };

    /// <summary>At production, where all addresses agree; what does not answer there is asked at its own address.</summary>
    private async Task<Dictionary<string, string>> ReadLiveAsync(
        Deployment current, CancellationToken cancellationToken)
    {
        var served = await _context.Probe.ProbeAllAsync(expected: null, round: 1, cancellationToken);
        var live = Agreeing(served);
        if (live.Count == Checks.Count())
        {
            return live;
        }

        try
        {
            await using var own = await _context.Platform.OpenOwnAddressAsync(current, cancellationToken);
            return own is null
                ? live
                : Agreeing(await _context.Probe.ProbeAsync(own, expected: null, round: 1, cancellationToken));
        }
        catch (RollbackOpsException unstarted) when (unstarted.Id is ErrorId.ActivationFailed)
        {
            return live;
        }
    }

    private Dictionary<string, string> Agreeing(IReadOnlyList<HealthCheckResult> results) => results
        .Where(result => Checks.Any(check => check.Name == result.Name))
        .GroupBy(result => result.Name)
        .Where(same => same.All(result => result.ServedVersion is not null && !result.FromCache)
            && same.Select(result => result.ServedVersion).Distinct().Count() == 1)
        .ToDictionary(same => same.Key, same => same.First().ServedVersion!);
}
