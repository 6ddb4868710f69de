namespace RollbackOps.Decisions;

/// <summary>What is to be done (the written framework; S34).</summary>
public enum Verdict
{
    /// <summary>Roll back now, without discussion.</summary>
    RollBack,

    /// <summary>Assess and decide within a minute.</summary>
    Assess,

    /// <summary>Monitor and decide within minutes.</summary>
    Monitor,

    /// <summary>No rollback: deploy a fix.</summary>
    FixForward,

    /// <summary>Too little is known to say anything.</summary>
    InsufficientData,

    /// <summary>It is bad, and a rollback would not make it better.</summary>
    RollbackWouldNotHelp,
}

/// <summary>The severity that goes with a verdict.</summary>
public enum Severity
{
    /// <summary>Nothing can be said.</summary>
    Unknown,

    /// <summary>Critical.</summary>
    P1,

    /// <summary>High impact.</summary>
    P2,

    /// <summary>Medium impact.</summary>
    P3,

    /// <summary>Low impact.</summary>
    P4,
}
