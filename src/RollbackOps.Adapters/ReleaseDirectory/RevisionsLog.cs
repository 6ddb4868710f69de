using System.Text.RegularExpressions;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.ReleaseDirectory;

/// <summary>
/// Capistrano's <c>revisions.log</c>: one line for each deployment that went live. It has no times; a deployment's is
/// the timestamp of its release, and a rollback's is not known, so that only its order counts.
/// </summary>
internal static partial class RevisionsLog
{
    /// <summary>What the log says, oldest first; null when there is none.</summary>
    public static IReadOnlyList<Activation>? Read(string root)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(Path.Combine(root, "revisions.log"));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.PlatformUnreadable,
                $"'revisions.log' in '{root}' cannot be read: {failure.Message}",
                "Check the file's rights.", root, failure);
        }

        var activations = new List<Activation>(lines.Length);
        foreach (var line in lines)
        {
            if (Deployed().Match(line) is { Success: true } deployed
                && ReleaseMetadata.TimestampOf(deployed.Groups["id"].Value) is { } at)
            {
                activations.Add(new Activation { DeploymentId = deployed.Groups["id"].Value, At = at });
            }
            else if (RolledBack().Match(line) is { Success: true } back && activations.Count > 0)
            {
                // At the latest known moment: it came after everything above it.
                activations.Add(new Activation
                {
                    DeploymentId = back.Groups["id"].Value,
                    At = activations[^1].At,
                    IsRollback = true,
                });
            }
        }

        return activations;
    }

    [GeneratedRegex(@"^Branch .+ \(at [^)]*\) deployed as release (?<id>\S+) by ")]
    private static partial Regex Deployed();

    [GeneratedRegex(@" rolled back to release (?<id>\S+)")]
    private static partial Regex RolledBack();
}
