namespace RollbackOps.Escalations;

/// <summary>What is to be done next.</summary>
internal enum EscalationAct
{
    /// <summary>Call a level.</summary>
    Call,

    /// <summary>Begin the chain again: nothing happened since somebody acknowledged.</summary>
    Repeat,

    /// <summary>Hand it to PagerDuty's policy.</summary>
    HandOver,

    /// <summary>Say that nobody is called.</summary>
    Spare,

    /// <summary>Say that it is over.</summary>
    Resolve,
}
