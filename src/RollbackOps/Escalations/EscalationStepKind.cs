namespace RollbackOps.Escalations;

/// <summary>What a step of an escalation is.</summary>
public enum EscalationStepKind
{
    /// <summary>It began.</summary>
    Started,

    /// <summary>Another process goes on with it.</summary>
    Continued,

    /// <summary>A verified automatic rollback came in time: nobody is called; for P1 there is one notice, which does not ring.</summary>
    Spared,

    /// <summary>Quiet hours hold the calls for what can wait.</summary>
    Held,

    /// <summary>Somebody is called.</summary>
    Called,

    /// <summary>A channel took the call.</summary>
    Reached,

    /// <summary>A channel did not take the call in its time.</summary>
    Unreached,

    /// <summary>Somebody answered the telephone: that acknowledges.</summary>
    Answered,

    /// <summary>Nobody answered the telephone.</summary>
    NoAnswer,

    /// <summary>Somebody is looking: nobody is called any more.</summary>
    Acknowledged,

    /// <summary>Something new happened, or was said.</summary>
    Progress,

    /// <summary>The chain begins again.</summary>
    Repeated,

    /// <summary>PagerDuty's own policy does the calling.</summary>
    HandedOver,

    /// <summary>The incident is over.</summary>
    Resolved,
}
