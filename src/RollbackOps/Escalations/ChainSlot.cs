namespace RollbackOps.Escalations;

/// <summary>A level's turn.</summary>
/// <param name="Round">The round, from 1.</param>
/// <param name="Level">The level's place in the chain, from 0.</param>
/// <param name="At">When it is due.</param>
internal sealed record ChainSlot(int Round, int Level, DateTimeOffset At);
