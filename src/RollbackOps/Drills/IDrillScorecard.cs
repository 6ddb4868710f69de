namespace RollbackOps.Drills;

/// <summary>Renders drills for people; foreign text in them is inert (S43).</summary>
public interface IDrillScorecard
{
    /// <summary>The drills as one HTML page that refers to nothing outside itself.</summary>
    /// <param name="drills">What was run now.</param>
    /// <param name="history">Every drill that was kept, newest first, these included.</param>
    string RenderHtml(IReadOnlyList<DrillResult> drills, IReadOnlyList<DrillResult> history);
}
