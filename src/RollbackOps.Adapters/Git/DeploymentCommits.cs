using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using RollbackOps.Configuration;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.Git;

/// <summary>Finds deployed commits by their subjects and tags, as the written procedure greps for them.</summary>
internal sealed class DeploymentCommits : IDeploymentCommits
{
    private const int Fields = 7;
    private const string TagMark = "tag: ";

    private readonly RepositorySettings _settings;
    private readonly GitProgram _git;
    private readonly Regex _pattern;

    public DeploymentCommits(RepositorySettings settings, GitProgram? git = null)
    {
        _settings = settings;
        _git = git ?? new GitProgram(settings.Path);
        // Foreign text is matched: the time grows with its length and no faster.
        _pattern = new Regex(settings.DeploymentPattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    public async IAsyncEnumerable<DeploymentCommit> ListAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var branch = await BranchAsync(cancellationToken);
        var fields = new string[Fields];
        var filled = 0;
        string? mainLine = null;
        await foreach (var field in _git.StreamAsync(
            [
                "log", "-z", "--topo-order", "--encoding=UTF-8", "--no-color", "--no-show-signature", "--no-notes",
                "--decorate=full", "--decorate-refs=refs/tags/",
                "--format=tformat:%H%x00%ct%x00%an%x00%s%x00%P%x00%D%x00"
                    + $"%(trailers:key={RollbackTrailer.Key},valueonly,separator=%x20)",
                branch, "--",
            ], cancellationToken))
        {
            fields[filled++] = field;
            if (filled < Fields)
            {
                continue;
            }

            filled = 0;
            var parents = fields[4].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var isOnMainLine = mainLine is null || fields[0] == mainLine;
            if (isOnMainLine)
            {
                mainLine = parents.FirstOrDefault() ?? string.Empty;
            }

            var tags = fields[5].Split(", ", StringSplitOptions.RemoveEmptyEntries)
                .Where(name => name.StartsWith(TagMark, StringComparison.Ordinal))
                .Select(name => name[(TagMark + "refs/tags/").Length..])
                .ToList();
            var rollback = fields[6].Length == 0 ? null : Inert.Line(fields[6]);
            if (rollback is not null || _pattern.IsMatch(fields[3]) || tags.Any(_pattern.IsMatch))
            {
                yield return new DeploymentCommit(
                    GitRepository.Commit(fields), [.. tags.Select(Inert.Line)], parents, isOnMainLine, rollback);
            }
        }
    }

    /// <summary>The production branch as it was last seen on the remote, or the local one where there is no remote.</summary>
    private async Task<string> BranchAsync(CancellationToken cancellationToken)
    {
        foreach (var name in (string[])[$"refs/remotes/{_settings.Remote}/{_settings.Branch}", $"refs/heads/{_settings.Branch}"])
        {
            if ((await _git.AskAsync(["rev-parse", "--verify", "--quiet", $"{name}^{{commit}}"], cancellationToken)).IsYes)
            {
                return name;
            }
        }

        throw _git.Unreadable($"it has no branch '{_settings.Branch}'",
            "Fetch it (git fetch), or check repository.branch in rollback.json.");
    }
}
