using System.Text;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.ReleaseDirectory;

/// <summary>
/// Capistrano's <c>revisions.log</c>: one line for each deployment that went live. It has no times; a deployment's is
/// the timestamp of its release, and a rollback's is not known, so that only its order counts.
/// </summary>
internal static class RevisionsLog
{
    private const string Deployed = " deployed as release ";
    private const string RolledBack = " rolled back to release ";

    /// <summary>What the log says, oldest first; null when there is none.</summary>
    public static IReadOnlyList<Activation>? Read(string root)
    {
        string text;
        try
        {
            text = File.ReadAllText(Path.Combine(root, "revisions.log"), Encoding.UTF8);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.PlatformUnreadable,
                $"'revisions.log' in '{root}' cannot be read: {failure.Message}",
                "Check the file's rights.", root, failure);
        }

        var activations = new List<Activation>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (IdAfter(line, Deployed) is { IsEmpty: false } deployed)
            {
                if (ReleaseMetadata.TimestampOf(deployed) is { } at)
                {
                    activations.Add(new Activation { DeploymentId = deployed.ToString(), At = at });
                }
            }
            else if (IdAfter(line, RolledBack) is { IsEmpty: false } back && activations.Count > 0)
            {
                // At the latest known moment: it came after everything above it.
                activations.Add(new Activation
                {
                    DeploymentId = back.ToString(),
                    At = activations[^1].At,
                    IsRollback = true,
                });
            }
        }

        return activations;
    }

    /// <summary>The word after a phrase's last occurrence; a branch may be named like the phrase.</summary>
    private static ReadOnlySpan<char> IdAfter(ReadOnlySpan<char> line, string phrase)
    {
        var at = line.LastIndexOf(phrase, StringComparison.Ordinal);
        if (at < 0)
        {
            return [];
        }

        var rest = line[(at + phrase.Length)..];
        var end = rest.IndexOf(' ');
        return end < 0 ? rest : rest[..end];
    }
}
