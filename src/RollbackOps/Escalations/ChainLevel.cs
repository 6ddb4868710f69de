using RollbackOps.Configuration;

namespace RollbackOps.Escalations;

/// <summary>A level of the chain with those who are called at it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Wait">How long it has.</param>
/// <param name="Contacts">Who is called; at least one.</param>
internal sealed record ChainLevel(string Name, TimeSpan Wait, IReadOnlyList<ContactSettings> Contacts);
