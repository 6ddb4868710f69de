namespace RollbackOps.Configuration;

/// <summary>The order that the policy's tiers must have: a more severe one is reached later, by more, and decided sooner.</summary>
internal static class PolicyOrder
{
    /// <summary>What is out of order, and why; null where nothing is.</summary>
    public static (string Property, string Message)? Fault(PolicySettings policy)
    {
        if (policy.AssessDuration > policy.ImmediateDuration)
        {
            return (nameof(policy.AssessDuration),
                $"{Duration.Format(policy.AssessDuration)} is longer than the immediate tier's {Duration.Format(policy.ImmediateDuration)}");
        }

        if (policy.AssessTimeToDecide > policy.MonitorTimeToDecide)
        {
            return (nameof(policy.AssessTimeToDecide),
                $"{Duration.Format(policy.AssessTimeToDecide)} is longer than the monitor tier's {Duration.Format(policy.MonitorTimeToDecide)}");
        }

        if (policy.MonitorErrorRatePercent <= 0 || policy.ImmediateErrorRatePercent >= 100)
        {
            return policy.MonitorErrorRatePercent <= 0
                ? (nameof(policy.MonitorErrorRatePercent), "must be above 0: a rate of 0 is reached by a service without a single error")
                : (nameof(policy.ImmediateErrorRatePercent), "must be below 100: a rate above 100 % cannot be exceeded");
        }

        if (policy.AssessErrorRatePercent > policy.ImmediateErrorRatePercent)
        {
            return (nameof(policy.AssessErrorRatePercent), FormattableString.Invariant(
                $"{policy.AssessErrorRatePercent} is above the immediate tier's {policy.ImmediateErrorRatePercent}"));
        }

        return policy.MonitorErrorRatePercent > policy.AssessErrorRatePercent
            ? (nameof(policy.MonitorErrorRatePercent), FormattableString.Invariant(
                $"{policy.MonitorErrorRatePercent} is above the assess tier's {policy.AssessErrorRatePercent}"))
            : null;
    }
}
