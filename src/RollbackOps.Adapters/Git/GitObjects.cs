using System.Text.RegularExpressions;

namespace RollbackOps.Adapters.Git;

/// <summary>
/// Commits and refs of the repository, read and made by plumbing alone: nothing here knows HEAD, the index, the working
/// tree or the stash (S22).
/// </summary>
internal sealed partial class GitObjects
{
    private readonly GitClient _git;

    public GitObjects(GitClient git) => _git = git;

    /// <summary>Whether an object is here.</summary>
    public async Task<bool> HasAsync(string hash, CancellationToken cancellationToken) =>
        (await _git.RunAsync(["cat-file", "-e", hash], cancellationToken)).ExitCode == 0;

    /// <summary>The full hash of a commit, or null when it is not here. Nothing but digits of a hash reaches git.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.TargetNotEligible"/>: it is no hash.</exception>
    public async Task<string?> FindCommitAsync(string commit, CancellationToken cancellationToken)
    {
        if (!Hash().IsMatch(commit))
        {
            throw new RollbackOpsException(ErrorId.TargetNotEligible, $"'{Inert.Line(commit)}' is no commit hash.",
                "Look at the deployment's commit.", commit);
        }

        var answer = await _git.RunAsync(["rev-parse", "--verify", "--quiet", $"{commit}^{{commit}}"], cancellationToken);
        var hash = answer.Output.Trim();
        return answer.ExitCode == 0 && hash.StartsWith(commit, StringComparison.OrdinalIgnoreCase) ? hash : null;
    }

    /// <summary>The tree of a commit.</summary>
    public Task<string> TreeAsync(string commit, CancellationToken cancellationToken) =>
        _git.ReadAsync(["rev-parse", "--verify", $"{commit}^{{tree}}"], cancellationToken);

    /// <summary>Whether the first commit is the second or one of its ancestors.</summary>
    public async Task<bool> IsAncestorAsync(string ancestor, string commit, CancellationToken cancellationToken)
    {
        var answer = await _git.RunAsync(["merge-base", "--is-ancestor", ancestor, commit], cancellationToken);
        return answer.ExitCode is 0 or 1 ? answer.ExitCode == 0 : throw GitFailure.OfLocal(answer, _git.Repository);
    }

    /// <summary>The commits that the first holds and the others do not, as hash and subject, newest first, a few.</summary>
    public async Task<IReadOnlyList<string>> OnlyInAsync(
        string commit, IEnumerable<string> others, CancellationToken cancellationToken) =>
        [
            .. (await _git.ReadAsync(
                ["log", "--format=%h %s", "--no-color", "--no-show-signature", "--max-count=10", commit, "--not", .. others],
                cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Inert.Line),
        ];

    /// <summary>The value of a ref, or null.</summary>
    public async Task<string?> ReadRefAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await _git.RunAsync(["rev-parse", "--verify", "--quiet", name], cancellationToken);
        return answer.ExitCode == 0 ? answer.Output.Trim() : null;
    }

    /// <summary>Writes a ref, if it holds what is expected; nothing means that it is not there.</summary>
    public Task WriteRefAsync(string name, string value, string expected, CancellationToken cancellationToken) =>
        _git.ReadAsync(["update-ref", name, value, expected], cancellationToken);

    /// <summary>Removes a ref, if it holds what is expected.</summary>
    public Task DeleteRefAsync(string name, string expected, CancellationToken cancellationToken) =>
        _git.ReadAsync(["update-ref", "-d", name, expected], cancellationToken);

    /// <summary>Makes a commit that no ref leads to; signed where the user's settings say that commits are.</summary>
    public async Task<string> CommitAsync(
        string tree, IReadOnlyList<string> parents, string message, CancellationToken cancellationToken)
    {
        var signed = await _git.RunAsync(["config", "--type=bool", "--get", "commit.gpgSign"], cancellationToken);
        return await _git.ReadAsync(
            [
                // Plumbing does not heed commit.gpgSign by itself.
                "commit-tree", .. signed.Output.Trim() == "true" ? (string[])["-S"] : [],
                .. parents.SelectMany(parent => (string[])["-p", parent]), "-F", "-", tree,
            ], cancellationToken, message);
    }

    /// <summary>The commits of a range that carry a trailer, newest first.</summary>
    public async Task<IReadOnlyList<string>> WithTrailerAsync(
        string rollbackId, string since, string until, CancellationToken cancellationToken)
    {
        var said = await _git.ReadAsync(
            [
                "log", "--no-color", "--no-show-signature",
                $"--format=%H %(trailers:key={RollbackTrailer.Key},valueonly,separator=%x20)", until, "--not", since,
            ], cancellationToken);
        return [
            .. said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(words => words.Skip(1).Contains(rollbackId, StringComparer.Ordinal))
                .Select(words => words[0]),
        ];
    }

    /// <summary>What is taken as the tree names it, and should be known; empty when there is nothing.</summary>
    public async Task<string> RemarksAsync(string commit, CancellationToken cancellationToken)
    {
        var remarks = string.Empty;
        if (await HasAsync($"{commit}:.gitmodules", cancellationToken))
        {
            remarks += "; submodules are taken at the commits that the tree names";
        }

        var lfs = await _git.RunAsync(
            ["grep", "--quiet", "filter=lfs", commit, "--", ":(top,glob)**/.gitattributes"], cancellationToken);
        return lfs.ExitCode == 0
            ? remarks + "; LFS pointers are taken as they are, and the server has to hold their files still"
            : remarks;
    }

    [GeneratedRegex("^[0-9a-fA-F]{7,64}\\z")]
    private static partial Regex Hash();
}

/// <summary>The trailer by which a rollback's commits and tags are found again.</summary>
internal static class RollbackTrailer
{
    /// <summary>Its name.</summary>
    public const string Key = "Rollback-Id";

    /// <summary>The line.</summary>
    public static string Of(string rollbackId) => $"{Key}: {rollbackId}";
}
