using System.Text.Json.Serialization;
using RollbackOps.Decisions;

namespace RollbackOps.Incidents;

/// <summary>The verdict that an incident was judged by, with its way through the written tree.</summary>
public sealed record ReportDecision
{
    [JsonConstructor]
    internal ReportDecision()
    {
    }

    /// <summary>What was to be done.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>How severe it was.</summary>
    public required Severity Severity { get; init; }

    /// <summary>When it was judged, UTC.</summary>
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>How long there was to decide; null when there was nothing to decide.</summary>
    public TimeSpan? TimeToDecide { get; init; }

    /// <summary>Whether it might be acted on with nobody there.</summary>
    public required bool IsAutomatic { get; init; }

    /// <summary>Why it might, or might not.</summary>
    public string Automatic { get; init; } = "";

    /// <summary>Why, most important first.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>The numbers, each against its threshold.</summary>
    public required IReadOnlyList<string> Evidence { get; init; }

    /// <summary>The written decision tree with the way taken, line by line.</summary>
    public required IReadOnlyList<string> Tree { get; init; }

    /// <summary>The traffic that weighed most; null where no requests were counted.</summary>
    public TrafficSummary? Traffic { get; init; }

    /// <summary>What to do besides.</summary>
    public IReadOnlyList<string> NextSteps { get; init; } = [];

    internal static ReportDecision Of(RollbackDecision decision) => new()
    {
        Verdict = decision.Verdict,
        Severity = decision.Severity,
        DecidedAt = decision.DecidedAt,
        TimeToDecide = decision.TimeToDecide,
        IsAutomatic = decision.IsAutomatic,
        Automatic = decision.Automatic,
        Reasons = decision.Reasons,
        Evidence = decision.Evidence,
        Tree = decision.Tree,
        Traffic = decision.Traffic,
        NextSteps = decision.NextSteps,
    };

    /// <summary>Verdict and severity.</summary>
    public override string ToString() => $"{Verdict} ({Severity})";
}
