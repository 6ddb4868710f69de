namespace RollbackOps.Drills;

/// <summary>Who decides in a drill that nobody takes part in.</summary>
public enum DrillDecision
{
    /// <summary>The verdict: it carries the rollback by itself, or the drill is failed.</summary>
    Automatic,

    /// <summary>
    /// A person, whose place the drill takes: it goes on once the verdict has been Assess for its whole time to decide, and
    /// nothing says that a rollback would not help.
    /// </summary>
    Assessed,
}
