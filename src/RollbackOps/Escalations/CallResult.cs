namespace RollbackOps.Escalations;

/// <summary>What came of a telephone call.</summary>
public enum CallResult
{
    /// <summary>Somebody answered: that acknowledges.</summary>
    Answered,

    /// <summary>Nobody answered.</summary>
    NoAnswer,
}
