using System.Text.RegularExpressions;

namespace RollbackOps.Adapters.Git;

/// <summary>Translates what git complains about, in one place. Its own words are shown, inert and without passwords.</summary>
internal static partial class GitFailure
{
    private const int Lines = 10;
    private const int LineLength = 300;

    private static readonly string[] s_credentials =
    [
        "Authentication failed", "could not read Username", "could not read Password", "terminal prompts disabled",
        "Permission denied", "Host key verification failed", "returned error: 401", "returned error: 403",
        "Invalid username or password", "access denied", "unable to get password",
    ];

    private static readonly string[] s_signing =
    [
        "failed to sign", "gpg: ", "unable to sign", "cannot run gpg", "user.signingkey", "Load key", "Couldn't load",
        "failed to write commit object",
    ];

    private static readonly string[] s_committer =
        ["tell me who you are", "ident name", "auto-detect email", "auto-detect name", "user.useConfigOnly", "no email was given"];

    /// <summary>Why a local command failed.</summary>
    public static RollbackOpsException OfLocal(GitAnswer answer, string repository)
    {
        var said = Said(answer);
        if (Holds(answer, s_committer))
        {
            return new RollbackOpsException(ErrorId.CommitterMissing,
                $"Git does not know in whose name to commit in '{repository}': {said}",
                "Set git config user.name and user.email (or GIT_COMMITTER_NAME and GIT_COMMITTER_EMAIL).", repository);
        }

        var isSigned = answer.Command is "commit-tree" or "tag";
        if (isSigned && (Holds(answer, s_signing) || answer.ExitCode is null))
        {
            return new RollbackOpsException(ErrorId.SigningFailed,
                $"The {(answer.Command == "tag" ? "tag" : "commit")} has to be signed and could not be: {said}",
                "Unlock the signing key (gpg or ssh agent), or see commit.gpgSign, tag.gpgSign and user.signingKey in git config.",
                repository);
        }

        return new RollbackOpsException(isSigned || answer.Command == "update-ref" ? ErrorId.StepFailed : ErrorId.RepositoryUnreadable,
            $"git {answer.Command} failed in '{repository}': {said}",
            "Check repository.path in rollback.json, and the rights on it.", repository);
    }

    /// <summary>Why the remote could not be read or, before anything was sent, written.</summary>
    public static RollbackOpsException OfRemote(GitAnswer answer, string remote) => Holds(answer, s_credentials)
        ? new RollbackOpsException(ErrorId.CredentialsMissing,
            $"The remote '{remote}' wants credentials, or those it got do not suffice: {Said(answer)}",
            $"Run git push --dry-run {remote} once by hand to see what it asks; then store them in a credential helper or agent.",
            remote)
        : new RollbackOpsException(ErrorId.RemoteUnreachable,
            $"The remote '{remote}' cannot be reached: {Said(answer)}",
            $"Check git remote -v and the network; git ls-remote {remote} has to answer.", remote);

    /// <summary>Whether the complaints hold one of the texts.</summary>
    public static bool Holds(GitAnswer answer, IEnumerable<string> texts) =>
        texts.Any(text => answer.Error.Contains(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the remote wants credentials.</summary>
    public static bool IsCredentials(GitAnswer answer) => Holds(answer, s_credentials);

    /// <summary>What was said: the remote's own lines where there are any.</summary>
    public static string Said(GitAnswer answer)
    {
        var lines = answer.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line.Length > 0)
            .ToList();
        var remote = lines.Where(line => line.StartsWith("remote:", StringComparison.Ordinal))
            .Select(line => line["remote:".Length..].Trim())
            .Where(line => line.Length > 0)
            .ToList();
        var shown = (remote.Count > 0 ? remote : lines)
            .Take(Lines)
            .Select(line => Inert.Line(Password().Replace(line.Length > LineLength ? line[..LineLength] : line, "://")));
        var said = string.Join(" | ", shown);
        return said.Length > 0 ? said.TrimEnd('.') + "." : $"it ended with exit code {answer.ExitCode}.";
    }

    [GeneratedRegex(@"://[^/@\s]*@")]
    private static partial Regex Password();
}
