using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using CliWrap.Exceptions;
using Microsoft.Extensions.FileSystemGlobbing;
using RollbackOps.Configuration;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.Git;

/// <summary>A repository, read with the <c>git</c> program: the user's credentials and settings count.</summary>
internal sealed partial class GitRepository : IRepository
{
    private const int Fields = 4;

    private readonly RepositorySettings _settings;

    public GitRepository(RepositorySettings settings) => _settings = settings;

    public async Task<CommitComparison> CompareAsync(
        string fromCommit, string toCommit, CancellationToken cancellationToken)
    {
        RequireHash(fromCommit);
        RequireHash(toCommit);
        var log = await RunAsync(
            ["log", "-z", "--format=%H%x00%ct%x00%an%x00%s", $"{toCommit}..{fromCommit}", "--"], cancellationToken);
        var diff = await RunAsync(
            ["diff", "--name-only", "-z", "--no-renames", toCommit, fromCommit, "--"], cancellationToken);
        var mergeBase = await RunAsync(["merge-base", "--is-ancestor", toCommit, fromCommit], cancellationToken, accept: 1);
        var files = diff.StandardOutput.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(Inert.Line).ToList();
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddIncludePatterns(_settings.Migrations);
        return new CommitComparison(
            [.. log.StandardOutput.Split('\0').Chunk(Fields).Where(fields => fields.Length == Fields).Select(Commit)],
            files,
            [.. files.Where(file => matcher.Match(file).HasMatches)],
            mergeBase.ExitCode == 0);
    }

    /// <summary>Fields end in NUL: it is the only character that no subject and no name can hold.</summary>
    private static CommitInfo Commit(string[] fields) => new(
        fields[0],
        Inert.Line(fields[3]),
        Inert.Line(fields[2]),
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(fields[1], CultureInfo.InvariantCulture)));

    /// <summary>Only hashes reach git's command line: nothing in a release's metadata can become an option or a range.</summary>
    private void RequireHash(string commit)
    {
        if (!Hash().IsMatch(commit))
        {
            throw Unreadable($"'{Inert.Line(commit)}' is no commit hash", inner: null);
        }
    }

    private async Task<BufferedCommandResult> RunAsync(
        IReadOnlyList<string> arguments, CancellationToken cancellationToken, int accept = 0)
    {
        BufferedCommandResult result;
        try
        {
            result = await Cli.Wrap("git")
                .WithArguments(["--no-pager", "-C", _settings.Path, .. arguments])
                .WithEnvironmentVariables(variables => variables
                    .Set("GIT_OPTIONAL_LOCKS", "0")
                    .Set("GIT_TERMINAL_PROMPT", "0")
                    .Set("LC_ALL", "C"))
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(Encoding.UTF8, Encoding.UTF8, cancellationToken);
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or CliWrapException or IOException)
        {
            throw Unreadable($"the git program cannot be run: {failure.Message}", failure);
        }

        return result.ExitCode == 0 || result.ExitCode == accept
            ? result
            : throw Unreadable(Inert.Line(result.StandardError.Trim()), inner: null);
    }

    private RollbackOpsException Unreadable(string why, Exception? inner) => new(ErrorId.RepositoryUnreadable,
        $"The repository '{_settings.Path}' cannot tell: {why}.",
        "Check repository.path in rollback.json; fetch the commits if they are missing (git fetch).", _settings.Path, inner);

    [GeneratedRegex(@"^[0-9a-fA-F]{7,64}\z")]
    private static partial Regex Hash();
}
