using RollbackOps.Adapters.Resilience;

namespace RollbackOps.Adapters.Vercel;

/// <summary>Reads every production alias back (S19, S23) and lets stragglers lead where they should.</summary>
internal sealed class VercelAliases
{
    // An alias that was moved is seen a moment later at the latest.
    private static readonly TimeSpan s_visibility = TimeSpan.FromSeconds(5);

    private readonly VercelApi _api;
    private readonly TimeProvider _clock;

    public VercelAliases(VercelApi api, TimeProvider clock)
    {
        _api = api;
        _clock = clock;
    }

    /// <summary>Which aliases lead to the target and which do not.</summary>
    /// <param name="from">The deployment that was live.</param>
    /// <param name="target">The deployment that is to be live.</param>
    /// <param name="before">The production aliases as they were before, or null where nobody saw.</param>
    /// <param name="job">The record of the switch to the target, or null where the last one was another.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<AliasReading> ReadAsync(
        string from, string target, IReadOnlyList<string>? before, WireAliasRequest? job, CancellationToken cancellationToken)
    {
        var there = _api.AliasesOfAsync(target, cancellationToken);
        var left = before is null ? _api.AliasesOfAsync(from, cancellationToken) : Task.FromResult(before);
        var jobs = job is null
            ? Task.FromResult<IReadOnlyList<WireAliasJob>>([])
            : _api.SwitchedAliasesAsync(job.Type == "promote", cancellationToken);
        // All three: one that fails must not leave the others unwatched.
        await Task.WhenAll(there, left, jobs);
        var atTarget = (await there).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var moved = (await jobs).Select(one => one.Alias?.Alias).OfType<string>();
        var expected = (await left).Where(IsOfProduction).Union(moved, StringComparer.OrdinalIgnoreCase).ToList();
        return new AliasReading(
            [.. expected.Where(atTarget.Contains)],
            [.. expected.Where(alias => !atTarget.Contains(alias))]);
    }

    /// <summary>Reads until every alias leads to the target, or no change is to be expected any more.</summary>
    public async Task<AliasReading> AwaitAsync(
        string from, string target, IReadOnlyList<string>? before, WireAliasRequest? job, CancellationToken cancellationToken)
    {
        var begun = _clock.GetTimestamp();
        var pace = Pace.Close();
        while (true)
        {
            var reading = await ReadAsync(from, target, before, job, cancellationToken);
            if (reading.Missing.Count == 0 || _clock.GetElapsedTime(begun) >= s_visibility)
            {
                return reading;
            }

            await Task.Delay(pace.Next(), _clock, cancellationToken);
        }
    }

    /// <summary>Lets each straggler lead to the target, once; it is the same effect however often it comes.</summary>
    /// <returns>What went wrong, by alias.</returns>
    public async Task<IReadOnlyDictionary<string, string>> RetryAsync(
        string target, IReadOnlyList<string> missing, CancellationToken cancellationToken)
    {
        var failures = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var alias in missing)
        {
            try
            {
                await _api.AssignAsync(target, alias, cancellationToken);
            }
            catch (RollbackOpsException failure)
            {
                failures[alias] = failure.Message;
            }
        }

        return failures;
    }

    /// <summary>
    /// A branch's own alias stays with the branch's newest deployment: no rollback moves it, and it is no production
    /// name. Its form is <c>project-git-branch-scope.vercel.app</c>.
    /// </summary>
    private static bool IsOfProduction(string alias) =>
        !(alias.EndsWith(".vercel.app", StringComparison.OrdinalIgnoreCase) && alias.Contains("-git-", StringComparison.OrdinalIgnoreCase));
}

/// <summary>Where the production aliases lead.</summary>
/// <param name="Moved">Those that lead to the target.</param>
/// <param name="Missing">Those that do not.</param>
internal sealed record AliasReading(IReadOnlyList<string> Moved, IReadOnlyList<string> Missing);
