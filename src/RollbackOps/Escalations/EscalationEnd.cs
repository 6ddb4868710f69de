namespace RollbackOps.Escalations;

/// <summary>How long a process stays with an escalation.</summary>
internal enum EscalationEnd
{
    /// <summary>Until it is over, or PagerDuty's policy does the calling.</summary>
    Over,

    /// <summary>Until somebody acknowledged, at the latest.</summary>
    Acknowledged,

    /// <summary>Until what is due now is done.</summary>
    Now,
}
