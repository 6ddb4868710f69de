namespace RollbackOps.Deployments;

/// <summary>One line of a deployment's log, made inert (S43).</summary>
public sealed record DeploymentLogLine
{
    internal DeploymentLogLine()
    {
    }

    /// <summary>The deployment's id.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>Where the line comes from: a file's name, or <c>build</c>, <c>runtime</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The line's number in its source, from 1.</summary>
    public required long Number { get; init; }

    /// <summary>When it was written, where the log says so.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>The text.</summary>
    public override string ToString() => Text;
}
