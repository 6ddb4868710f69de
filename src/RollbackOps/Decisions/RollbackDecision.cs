using RollbackOps.Deployments;

namespace RollbackOps.Decisions;

/// <summary>A verdict with its numbers, reasons and inputs.</summary>
public sealed record RollbackDecision
{
    internal RollbackDecision()
    {
    }

    /// <summary>The project judged.</summary>
    public required string Project { get; init; }

    /// <summary>The environment judged.</summary>
    public required string Environment { get; init; }

    /// <summary>What is to be done.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>How severe it is.</summary>
    public required Severity Severity { get; init; }

    /// <summary>How long there is to decide; null when there is nothing to decide.</summary>
    public TimeSpan? TimeToDecide { get; init; }

    /// <summary>Until when to decide, UTC; null when there is nothing to decide.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Whether it may be acted on with nobody there (decisions.md §5).</summary>
    public required bool IsAutomatic { get; init; }

    /// <summary>Why it may, or may not, be acted on with nobody there.</summary>
    public string Automatic { get; init; } = "";

    /// <summary>Why, most important first.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>The numbers, each against its threshold.</summary>
    public required IReadOnlyList<string> Evidence { get; init; }

    /// <summary>The way through the written decision tree.</summary>
    public required IReadOnlyList<string> Path { get; init; }

    /// <summary>The written decision tree with that way marked, line by line.</summary>
    public IReadOnlyList<string> Tree => DecisionTree.Lines(Path);

    /// <summary>The traffic that weighed most; null where no requests were counted.</summary>
    public TrafficSummary? Traffic { get; init; }

    /// <summary>What to do besides, for example restore a database.</summary>
    public IReadOnlyList<string> NextSteps { get; init; } = [];

    /// <summary>What is live, or null when that is not known.</summary>
    public Deployment? Current { get; init; }

    /// <summary>What a rollback would choose (S1) among the deployments given; null when there was none.</summary>
    public Deployment? Target { get; init; }

    /// <summary>When it was judged, UTC.</summary>
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>Everything it follows from.</summary>
    public required DecisionInputs Inputs { get; init; }

    /// <summary>What the next look is to know.</summary>
    internal PriorState Next { get; init; } = new();

    /// <summary>The verdict in one line.</summary>
    public override string ToString() => $"{Verdict} ({Severity}) {Project}/{Environment}: {(Reasons.Count == 0 ? "" : Reasons[0])}";
}
