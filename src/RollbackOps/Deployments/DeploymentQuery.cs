namespace RollbackOps.Deployments;

/// <summary>What part of a history is asked for; a platform pushes as much of it to its source as it can.</summary>
public sealed record DeploymentQuery
{
    internal DeploymentQuery()
    {
    }

    /// <summary>The most deployments to give, or null for all.</summary>
    public int? First { get; init; }

    /// <summary>Only deployments created at or after this time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only deployments in one of these states; empty for any.</summary>
    public IReadOnlyList<DeploymentState> States { get; init; } = [];

    /// <summary>What is awaited before another page is asked for, or null: that what was given has been taken.</summary>
    internal Func<Task>? BeforeMore { get; init; }
}
