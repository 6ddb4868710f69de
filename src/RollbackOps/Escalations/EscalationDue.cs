namespace RollbackOps.Escalations;

/// <summary>What is due, and when.</summary>
/// <param name="Act">What.</param>
/// <param name="At">When.</param>
/// <param name="Slot">The level's turn; null for what is no call.</param>
internal sealed record EscalationDue(EscalationAct Act, DateTimeOffset At, ChainSlot? Slot = null);
