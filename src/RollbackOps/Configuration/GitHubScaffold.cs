using System.Text.Json.Nodes;
using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Configuration;

/// <summary>What a working copy from GitHub says of the workflow that rolls back.</summary>
internal static class GitHubScaffold
{
    private const string Host = "github.com";

    /// <summary>The workflow whose file is named after a rollback, relative to the working copy; null without one.</summary>
    /// <param name="workingCopy">The working copy, absolute.</param>
    /// <param name="remote">The remote's address.</param>
    public static string? FindWorkflow(string workingCopy, string? remote)
    {
        if (remote is null || !remote.Contains(Host, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            return Directory.EnumerateFiles(Path.Combine(workingCopy, ".github", "workflows"))
                .Select(file => Path.GetFileName(file)!)
                .Where(IsRollback)
                // The default's name first.
                .OrderBy(file => file != new GitHubSettings().Workflow).ThenBy(file => file, StringComparer.Ordinal)
                .FirstOrDefault();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The github section.</summary>
    public static JsonObject Section(string workflow) => new()
    {
        [Setting.NameOf(nameof(GitHubSettings.Token))] = new GitHubSettings().Token,
        [Setting.NameOf(nameof(GitHubSettings.Workflow))] = workflow,
    };

    private static bool IsRollback(string file) =>
        file.Contains("rollback", StringComparison.OrdinalIgnoreCase)
        && Path.GetExtension(file) is ".yml" or ".yaml"
        && SettingTable.WorkflowName.Accepts(file);
}
