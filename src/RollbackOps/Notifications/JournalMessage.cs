namespace RollbackOps.Notifications;

/// <summary>A message that follows from a record of the journal.</summary>
/// <param name="Notification">The message.</param>
/// <param name="Channels">The channels it goes to; null for all.</param>
internal sealed record JournalMessage(Notification Notification, IReadOnlyList<string>? Channels);
