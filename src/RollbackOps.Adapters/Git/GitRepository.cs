using System.Globalization;
using System.Text.RegularExpressions;
using RollbackOps.Configuration;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.Git;

/// <summary>A repository, read with the <c>git</c> program: the user's settings count.</summary>
internal sealed partial class GitRepository : IRepository
{
    /// <summary>Fields ended by nulls: the one character that no message and no name can hold.</summary>
    private const string Format = "--format=tformat:%H%x00%ct%x00%an%x00%s";
    private const int Fields = 4;

    // What a user's settings would add to the output.
    private static readonly string[] s_log =
        ["log", "-z", Format, "--topo-order", "--encoding=UTF-8", "--no-color", "--no-show-signature", "--no-notes"];

    private readonly GitProgram _git;
    private readonly MigrationPatterns _migrations;

    public GitRepository(RepositorySettings settings, GitProgram? git = null)
    {
        _git = git ?? new GitProgram(settings.Path);
        _migrations = new MigrationPatterns(settings.Migrations);
    }

    public async Task<CommitComparison> CompareAsync(
        string fromCommit, string toCommit, CancellationToken cancellationToken)
    {
        var from = await RequireAsync(fromCommit, cancellationToken);
        var to = await RequireAsync(toCommit, cancellationToken);
        var log = _git.ReadAsync([.. s_log, $"{to}..{from}", "--"], cancellationToken);
        var diff = _git.ReadAsync(
            ["diff-tree", "-r", "-z", "--name-only", "--no-renames", "--no-ext-diff", to, from, "--"], cancellationToken);
        var ancestry = _git.AskAsync(["merge-base", "--is-ancestor", to, from], cancellationToken);
        await Task.WhenAll(log, diff, ancestry);
        var files = await diff;
        return new CommitComparison(
            [.. (await log).Chunk(Fields).Select(Commit)],
            [.. files.Select(Inert.Line)],
            [.. files.Where(_migrations.Match).Select(Inert.Line)],
            (await ancestry).IsYes);
    }

    public async Task<CommitInfo?> FindCommitAsync(string commit, CancellationToken cancellationToken) =>
        await ResolveAsync(commit, cancellationToken) is { } hash
            ? Commit([.. await _git.ReadAsync([.. s_log, "--no-walk", hash, "--"], cancellationToken)])
            : null;

    public async Task<IReadOnlyList<string>> ListMigrationsAsync(string commit, CancellationToken cancellationToken)
    {
        var hash = await RequireAsync(commit, cancellationToken);
        var files = await _git.ReadAsync(["ls-tree", "-r", "-z", "--name-only", "--full-tree", hash], cancellationToken);
        return [.. files.Where(_migrations.Match)];
    }

    public async Task<IReadOnlyDictionary<string, byte[]>> ReadFilesAsync(
        string commit, IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        var hash = await RequireAsync(commit, cancellationToken);
        // A line is a name: one that holds a line end cannot be asked for, and is no migration's.
        var asked = paths.Where(path => !path.Contains('\n', StringComparison.Ordinal)).Distinct().ToList();
        var blobs = await _git.ReadBlobsAsync([.. asked.Select(path => $"{hash}:{path}")], cancellationToken);
        return asked.Zip(blobs).Where(pair => pair.Second is not null)
            .ToDictionary(pair => pair.First, pair => pair.Second!, StringComparer.Ordinal);
    }

    private async Task<string> RequireAsync(string commit, CancellationToken cancellationToken) =>
        await ResolveAsync(commit, cancellationToken) ?? throw _git.Unreadable(
            $"it has no commit {commit}",
            "Fetch it (git fetch), or check repository.path in rollback.json.");

    /// <summary>
    /// The full hash, or null. Nothing but digits of a hash reaches git's command line: what a release's metadata says
    /// can become neither an option nor a range.
    /// </summary>
    private async Task<string?> ResolveAsync(string commit, CancellationToken cancellationToken)
    {
        if (!Hash().IsMatch(commit))
        {
            throw _git.Unreadable($"'{Inert.Line(commit)}' is no commit hash",
                "Look at the deployment's commit: a release's REVISION file holds the full hash.");
        }

        var (isKnown, output) = await _git.AskAsync(
            ["rev-parse", "--verify", "--quiet", $"{commit}^{{commit}}"], cancellationToken);
        var hash = output.Trim();
        // A branch may be named like a short hash, and then goes first.
        return isKnown && hash.StartsWith(commit, StringComparison.OrdinalIgnoreCase) ? hash : null;
    }

    /// <summary>A commit from its hash, time, author and subject.</summary>
    internal static CommitInfo Commit(string[] fields) => new(
        fields[0],
        Inert.Line(fields[3]),
        Inert.Line(fields[2]),
        // Nobody checks the time in a commit; one out of range counts as the epoch.
        long.TryParse(fields[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= 0 && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.UnixEpoch);

    [GeneratedRegex("^[0-9a-fA-F]{7,64}\\z")]
    private static partial Regex Hash();
}
