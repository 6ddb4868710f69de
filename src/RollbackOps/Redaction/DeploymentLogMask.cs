using RollbackOps.Deployments;

namespace RollbackOps.Redaction;

/// <summary>Masks the lines of a deployment's log, each source for itself: a private key goes over several lines of one.</summary>
internal sealed class DeploymentLogMask(Redactor redactor) : IDisposable
{
    private readonly Dictionary<string, LineMask> _sources = new(StringComparer.Ordinal);

    /// <summary>The line without the secrets in it.</summary>
    public DeploymentLogLine Mask(DeploymentLogLine line)
    {
        if (!_sources.TryGetValue(line.Source, out var mask))
        {
            _sources[line.Source] = mask = new LineMask(redactor);
        }

        return line with { Text = mask.Mask(line.Text) };
    }

    public void Dispose()
    {
        foreach (var mask in _sources.Values)
        {
            mask.Dispose();
        }
    }
}
