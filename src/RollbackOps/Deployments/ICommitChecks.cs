namespace RollbackOps.Deployments;

/// <summary>What was checked about a commit: whether its tests passed.</summary>
public interface ICommitChecks
{
    /// <summary>Told what happens below: retries, time-outs. For <c>-Verbose</c>; holds no secret.</summary>
    Action<string>? Tell
    {
        set
        {
        }
    }

    /// <summary>Every check and status of a commit, the newest of each name.</summary>
    /// <param name="commit">The full hash.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="RollbackOpsException">They cannot be read: that is not "none".</exception>
    Task<CommitChecks> ReadAsync(string commit, CancellationToken cancellationToken);
}

/// <summary>The checks of a commit.</summary>
/// <param name="Commit">The commit's hash.</param>
/// <param name="State">What they say together.</param>
/// <param name="Checks">They, one by one.</param>
public sealed record CommitChecks(string Commit, CommitCheckState State, IReadOnlyList<CommitCheck> Checks)
{
    /// <summary>What checks say together: one failure fails, one that still runs leaves it open, none is none.</summary>
    public static CommitChecks Of(string commit, IReadOnlyList<CommitCheck> checks)
    {
        ArgumentNullException.ThrowIfNull(checks);
        var state = checks.Count == 0 ? CommitCheckState.None
            : checks.Any(check => check.State == CommitCheckState.Failed) ? CommitCheckState.Failed
            : checks.Any(check => check.State == CommitCheckState.Pending) ? CommitCheckState.Pending
            : checks.Any(check => check.State == CommitCheckState.Passed) ? CommitCheckState.Passed
            // All of them were skipped: nothing was tested.
            : CommitCheckState.None;
        return new CommitChecks(commit, state, checks);
    }

    /// <summary>The state, and the checks that are to blame for it.</summary>
    public override string ToString()
    {
        const int MostNamed = 5;
        var blamed = Checks.Where(check => check.State == State && State is CommitCheckState.Failed or CommitCheckState.Pending).ToList();
        return blamed.Count == 0
            ? FormattableString.Invariant($"{State} ({Checks.Count} checks)")
            : $"{State}: {string.Join(", ", blamed.Take(MostNamed).Select(check => $"{check.Name} ({check.Detail})"))}"
                + (blamed.Count > MostNamed ? FormattableString.Invariant($" and {blamed.Count - MostNamed} more") : "");
    }
}

/// <summary>One check of a commit.</summary>
/// <param name="Name">Its name, made inert (S43).</param>
/// <param name="State">What it says.</param>
/// <param name="Detail">What the platform calls that.</param>
public sealed record CommitCheck(string Name, CommitCheckState State, string Detail);

/// <summary>What a check says.</summary>
public enum CommitCheckState
{
    /// <summary>Nothing was checked.</summary>
    None,

    /// <summary>It is not over.</summary>
    Pending,

    /// <summary>It passed.</summary>
    Passed,

    /// <summary>It failed, was cancelled, timed out, or says what is not known to be a pass.</summary>
    Failed,
}
