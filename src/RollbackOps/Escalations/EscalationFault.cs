namespace RollbackOps.Escalations;

/// <summary>What is wrong with a chain.</summary>
/// <param name="Message">What, in a sentence.</param>
/// <param name="IsFatal">Whether the chain cannot be relied on; else it is only worth knowing.</param>
/// <param name="NextStep">What to do about it.</param>
public sealed record EscalationFault(string Message, bool IsFatal, string NextStep)
{
    /// <summary>The fault in a sentence.</summary>
    public override string ToString() => Message;
}
