namespace RollbackOps.Notifications;

/// <summary>Content of the journal's record that people were told of a rollback or restore.</summary>
internal sealed record TeamToldData
{
    /// <summary>The channels that took a message of it, by name.</summary>
    public required IReadOnlyList<string> Channels { get; init; }

    /// <summary>When the first of them did, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
