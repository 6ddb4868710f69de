namespace RollbackOps.Escalations;

/// <summary>The steps of an escalation in words, for a report's timeline.</summary>
internal static class EscalationStory
{
    /// <summary>What happened.</summary>
    public static string Told(EscalationStep step) => step.Kind switch
    {
        EscalationStepKind.Started => $"Escalation begun by {step.By} ({step.Severity})",
        EscalationStepKind.Continued => $"Escalation taken up again by {step.By}",
        EscalationStepKind.Spared => "Nobody called: the automatic rollback was verified in time",
        EscalationStepKind.Held => "Calls held by quiet hours",
        EscalationStepKind.Called => $"Called {step.Contact} ({step.Level}{(step.Round > 1 ? $", round {step.Round}" : "")})",
        EscalationStepKind.Reached => $"{string.Join(", ", step.Channels)} took the call{(step.Contact is null ? "" : $" to {step.Contact}")}",
        EscalationStepKind.Unreached => $"{string.Join(", ", step.Channels)} did not take the call{(step.Contact is null ? "" : $" to {step.Contact}")}",
        EscalationStepKind.Answered => $"{step.Contact} answered the telephone",
        EscalationStepKind.NoAnswer => $"{step.Contact} did not answer the telephone",
        EscalationStepKind.Acknowledged => $"Acknowledged by {step.Contact ?? step.By}",
        EscalationStepKind.Progress => $"{step.By} told of progress",
        EscalationStepKind.Repeated => $"The chain began again (round {step.Round})",
        EscalationStepKind.HandedOver => "Handed to PagerDuty's own policy",
        _ => $"Escalation resolved by {step.Contact ?? step.By}",
    };
}
